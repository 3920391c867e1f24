package dev.sluice.gateway.answer;

import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    Set<String> calls = new HashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      check("messages[" + i + "]", messages.get(i), calls);
    }
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

  /** Adds the message's calls to those of the messages before it. */
  private static void check(String field, Message message, Set<String> calls) {
    boolean asks = message.getToolCallsCount() > 0;
    if (asks && message.getRole() != Message.Role.ASSISTANT) {
      throw new Failure.InvalidInput(field + ".tool_calls", "stand in ASSISTANT messages only");
    }
    message.getToolCallsList().stream().map(ToolCall::getId).forEach(calls::add);
    if (message.getRole() == Message.Role.TOOL) {
      if (!calls.contains(message.getToolCallId())) {
        throw new Failure.InvalidInput(
            field + ".tool_call_id", "must be the id of a tool call in a message before");
      }
    } else if (!message.getToolCallId().isEmpty()) {
      throw new Failure.InvalidInput(field + ".tool_call_id", "stands in TOOL messages only");
    } else if (!asks) {
      TextRules.requireReadable(field + ".content", message.getContent());
    }
  }
}
