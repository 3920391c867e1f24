package dev.sluice.generate;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.serving.tracing.Spans;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import java.util.Locale;

/**
 * Notes in the span of a call how its stream went: when it was let in, when its first word left,
 * how many tokens it had. Used by the stream's thread.
 */
final class StreamSpan implements EventSink {

  private static final double NANOS = 1e9;

  private final EventSink sink;
  private final Span span = Span.current();
  private boolean begun;

  StreamSpan(EventSink sink) {
    this.sink = sink;
  }

  /** The current stream may begin, after so long a wait. */
  static void admitted(long waitedNanos) {
    Span.current().addEvent(Spans.ADMITTED, Attributes.of(Spans.WAITED, waitedNanos / NANOS));
  }

  @Override
  public void text(String delta) {
    begin();
    sink.text(delta);
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    sink.quote(documentIndex, words, answerStart, answerEnd);
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    begin();
    sink.toolCall(id, name, arguments);
  }

  private void begin() {
    if (!begun) {
      begun = true;
      span.addEvent(Spans.FIRST_TOKEN);
    }
  }

  void completed(GenerateModel model, Completion completion) {
    span.setAttribute(Spans.MODEL, model.name());
    span.setAttribute(
        Spans.FINISH_REASON, completion.finishReason().name().toLowerCase(Locale.ROOT));
    span.setAttribute(Spans.PROMPT_TOKENS, completion.usage().getPromptTokenCount());
    span.setAttribute(Spans.COMPLETION_TOKENS, completion.usage().getCompletionTokenCount());
  }
}
