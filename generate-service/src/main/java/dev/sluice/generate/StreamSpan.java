package dev.sluice.generate;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.serving.tracing.Spans;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import java.util.Locale;

/**
 * Notes in the span of a call how its stream went: when it was let in, when its first word left,
 * how many tokens it had.
 */
final class StreamSpan {

  private static final double NANOS = 1e9;

  private final Span span = Span.current();

  /** The current stream may begin, after so long a wait. */
  static void admitted(long waitedNanos) {
    Span.current().addEvent(Spans.ADMITTED, Attributes.of(Spans.WAITED, waitedNanos / NANOS));
  }

  /** The first text or function call has come. */
  void began() {
    span.addEvent(Spans.FIRST_TOKEN);
  }

  void completed(GenerateModel model, Completion completion) {
    span.setAttribute(Spans.MODEL, model.name());
    span.setAttribute(
        Spans.FINISH_REASON, completion.finishReason().name().toLowerCase(Locale.ROOT));
    span.setAttribute(Spans.PROMPT_TOKENS, completion.usage().getPromptTokenCount());
    span.setAttribute(Spans.COMPLETION_TOKENS, completion.usage().getCompletionTokenCount());
  }
}
