package dev.sluice.gateway.answer;

import dev.sluice.generate.v1.Message;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.MessageRules;
import java.util.List;

/**
 * What a conversation must be beyond what the proto says: what the generate-service would refuse is
 * refused here, where it is the caller's to mend.
 */
final class ConversationRules {

  private static final int LONGEST_QUESTION = 8192;

  private ConversationRules() {}

  /**
   * The question, which is the last message.
   *
   * @throws Failure.InvalidInput naming the field that breaks a rule
   */
  static String question(List<Message> messages) {
    MessageRules.check(messages);
    Message last = messages.getLast();
    String field = "messages[" + (messages.size() - 1) + "]";
    if (last.getRole() != Message.Role.USER) {
      throw new Failure.InvalidInput(field + ".role", "the last message must be the user's");
    }
    if (last.getContent().codePointCount(0, last.getContent().length()) > LONGEST_QUESTION) {
      throw new Failure.InvalidInput(
          field + ".content", "a question has at most " + LONGEST_QUESTION + " characters");
    }
    return last.getContent();
  }
}
