package dev.sluice.generate;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.MessageRules;
import dev.sluice.serving.failure.StructRules;
import dev.sluice.serving.failure.TextRules;

/** What a request must be beyond what its proto file can say. */
final class ConversationRules {

  private ConversationRules() {}

  /**
   * @throws Failure.InvalidInput naming the field that breaks a rule
   */
  static void check(GenerateRequest request) {
    MessageRules.check(request.getMessagesList());
    for (int i = 0; i < request.getDocumentsCount(); i++) {
      TextRules.requireReadable("documents[" + i + "].text", request.getDocuments(i).getText());
    }
    StructRules.require("response_format.json_schema", request.getResponseFormat().getJsonSchema());
    for (int i = 0; i < request.getToolsCount(); i++) {
      StructRules.require("tools[" + i + "].parameters", request.getTools(i).getParameters());
    }
    int last = request.getMessagesCount() - 1;
    Message.Role role = request.getMessages(last).getRole();
    if (role != Message.Role.USER && role != Message.Role.TOOL) {
      throw new Failure.InvalidInput(
          "messages[" + last + "].role",
          "must be USER or TOOL: the last message is what is to be answered");
    }
  }
}
