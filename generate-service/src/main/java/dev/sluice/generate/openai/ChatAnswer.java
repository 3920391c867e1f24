package dev.sluice.generate.openai;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.Effort;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.batching.BatchTiming;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer while it comes: text is passed on at once, tool calls when the answer is complete. Used
 * by one thread, once.
 */
final class ChatAnswer {

  private static final Logger LOG = LoggerFactory.getLogger(ChatAnswer.class);
  private static final String DONE = "[DONE]";

  private final GenerateRequest request;
  private final EventSink sink;
  private final ToolCallParts calls = new ToolCallParts();
  private String finishReason = "";
  private Optional<Usage> usage = Optional.empty();
  private int deltas;

  ChatAnswer(GenerateRequest request, EventSink sink) {
    this.request = request;
    this.sink = sink;
  }

  /**
   * Reads to the end of the answer: the event that says so, or the end of the stream after a finish
   * reason, for servers that do not say.
   *
   * @throws IOException when the stream breaks off
   */
  Completion read(ServerSentEvents events) throws IOException {
    String data = events.next();
    while (data != null && !data.strip().equals(DONE)) {
      if (!data.isBlank()) {
        accept(ChatChunk.of(data));
      }
      data = events.next();
    }
    if (data == null && finishReason.isEmpty()) {
      throw new EOFException("the stream ended before the answer");
    }
    return complete();
  }

  private void accept(ChatChunk chunk) {
    chunk
        .error()
        .ifPresent(error -> {
          LOG.warn("a model server ended its stream with {}", error);
          throw error.failure(request);
        });
    usage = chunk.usage().or(() -> usage);
    if (!chunk.finishReason().isEmpty()) {
      finishReason = chunk.finishReason();
    }
    chunk.toolCalls().forEach(calls::add);
    if (!chunk.text().isEmpty() || !chunk.toolCalls().isEmpty()) {
      deltas++;
    }
    if (!chunk.text().isEmpty()) {
      sink.text(chunk.text());
    }
  }

  private Completion complete() throws IOException {
    FinishReason reason = reason();
    for (ToolCall call : calls.complete(reason == FinishReason.LENGTH)) {
      sink.toolCall(call.getId(), call.getName(), call.getArguments());
    }
    var effort = new Effort(0, BatchTiming.NONE, 0, request.getDocumentsCount(), 0, 0);
    return new Completion(reason, usage.orElseGet(this::counted), OptionalDouble.empty(), effort);
  }

  private FinishReason reason() throws IOException {
    return switch (finishReason) {
      case "length" -> FinishReason.LENGTH;
      case "content_filter" -> FinishReason.CONTENT_FILTER;
      case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
      case "abort", "error" -> throw new IOException("the server gave the answer up");
      default -> calls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
    };
  }

  /** Where the server does not count: a delta is a token where it streams token by token. */
  private Usage counted() {
    return Usage.newBuilder().setCompletionTokenCount(deltas).build();
  }
}
