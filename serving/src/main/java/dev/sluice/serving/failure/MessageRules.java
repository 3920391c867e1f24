package dev.sluice.serving.failure;

import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ToolCall;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the messages of a conversation must be beyond what the proto files can say. */
public final class MessageRules {

  private MessageRules() {}

  /**
   * @throws Failure.InvalidInput naming the field of a message that breaks a rule
   */
  public static void check(List<Message> messages) {
    Set<String> calls = new HashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      check("messages[" + i + "]", messages.get(i), calls);
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
