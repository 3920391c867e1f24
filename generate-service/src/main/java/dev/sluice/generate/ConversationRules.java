package dev.sluice.generate;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import java.util.HashSet;
import java.util.Set;

/** What a request must be beyond what its proto file can say. */
final class ConversationRules {

  private ConversationRules() {}

  /**
   * @throws Failure.InvalidInput naming the field that breaks a rule
   */
  static void check(GenerateRequest request) {
    Set<String> calls = new HashSet<>();
    for (int i = 0; i < request.getMessagesCount(); i++) {
      check("messages[" + i + "]", request.getMessages(i), calls);
    }
    for (int i = 0; i < request.getDocumentsCount(); i++) {
      TextRules.requireReadable("documents[" + i + "].text", request.getDocuments(i).getText());
    }
    int last = request.getMessagesCount() - 1;
    Message.Role role = request.getMessages(last).getRole();
    if (role != Message.Role.USER && role != Message.Role.TOOL) {
      throw new Failure.InvalidInput(
          "messages[" + last + "].role",
          "must be USER or TOOL: the last message is what is to be answered");
    }
  }

  /** Adds the message's calls to those of the messages before it. */
  private static void check(String field, Message message, Set<String> calls) {
    boolean asks = message.getToolCallsCount() > 0;
    if (asks && message.getRole() != Message.Role.ASSISTANT) {
      throw new Failure.InvalidInput(field + ".tool_calls", "stand in ASSISTANT messages only");
    }
    message.getToolCallsList().stream().map(ToolCall::getId).forEach(calls::add);
    if (message.getRole() == Message.Role.TOOL) {
      requireCall(field, message, calls);
    } else if (!message.getToolCallId().isEmpty()) {
      throw new Failure.InvalidInput(field + ".tool_call_id", "stands in TOOL messages only");
    } else if (!asks) {
      TextRules.requireReadable(field + ".content", message.getContent());
    }
  }

  private static void requireCall(String field, Message result, Set<String> calls) {
    if (!calls.contains(result.getToolCallId())) {
      throw new Failure.InvalidInput(
          field + ".tool_call_id", "must be the id of a tool call in a message before");
    }
  }
}
