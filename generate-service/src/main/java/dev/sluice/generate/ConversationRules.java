package dev.sluice.generate;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;

/** What a request must be beyond what its proto file can say. */
final class ConversationRules {

  private ConversationRules() {}

  /**
   * @throws Failure.InvalidInput naming the field that breaks a rule
   */
  static void check(GenerateRequest request) {
    for (int i = 0; i < request.getMessagesCount(); i++) {
      TextRules.requireReadable("messages[" + i + "].content", request.getMessages(i).getContent());
    }
    for (int i = 0; i < request.getDocumentsCount(); i++) {
      TextRules.requireReadable("documents[" + i + "].text", request.getDocuments(i).getText());
    }
    int last = request.getMessagesCount() - 1;
    if (request.getMessages(last).getRole() != Message.Role.USER) {
      throw new Failure.InvalidInput(
          "messages[" + last + "].role", "must be USER: the last message is the question");
    }
  }
}
