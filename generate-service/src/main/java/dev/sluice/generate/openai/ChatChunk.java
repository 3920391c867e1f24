package dev.sluice.generate.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.failure.Failure;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One event of a stream of chat completions. Whatever a server leaves out or sets to null is empty.
 * What a reasoning model thinks comes in fields of its own, which are not read: it is no part of
 * the answer.
 *
 * @param text the next piece of the answer, or of the model's refusal
 * @param toolCalls the next pieces of tool calls
 * @param finishReason why the answer ends here
 * @param usage tokens of the whole stream until now
 * @param error what the server says instead
 */
record ChatChunk(
    String text,
    List<ToolCallPart> toolCalls,
    String finishReason,
    Optional<Usage> usage,
    Optional<ServerError> error) {

  /**
   * A piece of a tool call.
   *
   * @param index which call of the answer it belongs to; -1 where the server does not say
   */
  record ToolCallPart(int index, String id, String name, String arguments) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the data of an event.
   *
   * @throws Failure.Internal when it is no JSON object
   */
  static ChatChunk of(String data) {
    JsonNode chunk = json(data);
    JsonNode choice = chunk.path("choices").path(0);
    JsonNode delta = choice.path("delta");
    String content = text(delta, "content");
    return new ChatChunk(
        content.isEmpty() ? text(delta, "refusal") : content,
        toolCalls(delta.path("tool_calls")),
        text(choice, "finish_reason"),
        usage(chunk.path("usage")),
        error(chunk, data));
  }

  private static JsonNode json(String data) {
    try {
      JsonNode chunk = JSON.readTree(data);
      if (chunk.isObject()) {
        return chunk;
      }
    } catch (JsonProcessingException e) {
      throw new Failure.Internal("the model server sent an event that is not JSON", e);
    }
    throw new Failure.Internal("the model server sent an event that is no JSON object");
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).textValue();
    return text == null ? "" : text;
  }

  private static List<ToolCallPart> toolCalls(JsonNode calls) {
    return StreamSupport.stream(calls.spliterator(), false).map(ChatChunk::toolCall).toList();
  }

  private static ToolCallPart toolCall(JsonNode call) {
    JsonNode function = call.path("function");
    return new ToolCallPart(
        call.path("index").asInt(-1),
        text(call, "id"),
        text(function, "name"),
        text(function, "arguments"));
  }

  private static Optional<Usage> usage(JsonNode usage) {
    return usage.isObject()
        ? Optional.of(
            Usage.newBuilder()
                .setPromptTokenCount(count(usage.path("prompt_tokens")))
                .setCompletionTokenCount(count(usage.path("completion_tokens")))
                .build())
        : Optional.empty();
  }

  /** No server can be wrong below zero: our own counters would not bear it. */
  private static int count(JsonNode tokens) {
    return Math.clamp(tokens.asLong(), 0, Integer.MAX_VALUE);
  }

  private static Optional<ServerError> error(JsonNode chunk, String data) {
    JsonNode error = "error".equals(text(chunk, "object")) ? chunk : chunk.path("error");
    return error.isObject() || error.isTextual()
        ? Optional.of(ServerError.inStream(error.path("code").asInt(), data))
        : Optional.empty();
  }
}
