package dev.sluice.serving.metrics;

import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * The span of the current thread, for exemplars: with one that is recorded a trace can be found.
 */
final class CurrentSpan implements SpanContext {

  private static io.opentelemetry.api.trace.SpanContext now() {
    return Span.current().getSpanContext();
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    return now().isValid() ? now().getTraceId() : null;
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    return now().isValid() ? now().getSpanId() : null;
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return now().isSampled();
  }

  @Override
  public void markCurrentSpanAsExemplar() {}
}
