package dev.sluice.serving.batching;

import dev.sluice.serving.tracing.Spans;
import dev.sluice.serving.tracing.Tracing;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;

/**
 * The span of a batch: a trace of its own, since its requests come from many, linked to the
 * requests whose traces are sent, and they to it. Where there are none, there is no span. Current
 * while the batch runs.
 */
final class BatchSpan {

  /** As many as a span keeps. */
  private static final int MOST_LINKS = 128;

  private static final double NANOS = 1e9;

  private final Tracing tracing;
  private final Span span;

  private BatchSpan(Tracing tracing, Span span) {
    this.tracing = tracing;
    this.span = span;
  }

  /**
   * Begins with its batch.
   *
   * @param model the name by which the model is served
   */
  static <I, O> BatchSpan start(String model, Batch<I, O> batch) {
    List<BatchRequest<I, O>> requests = batch.requests();
    List<BatchRequest<I, O>> traced =
        requests.stream().filter(BatchSpan::isSent).limit(MOST_LINKS).toList();
    if (traced.isEmpty()) {
      return new BatchSpan(Tracing.OFF, Span.getInvalid());
    }
    Tracing tracing = traced.getFirst().tracing();
    SpanBuilder builder =
        tracing.tracer().spanBuilder(Spans.BATCH).setNoParent().setSpanKind(SpanKind.INTERNAL);
    traced.forEach(request -> builder.addLink(request.span().getSpanContext()));
    Span span =
        builder
            .setAttribute(Spans.MODEL, model)
            .setAttribute(Spans.REPLICA, (long) batch.replica())
            .setAttribute(Spans.ITEMS, (long) batch.items().size())
            .setAttribute(Spans.REQUESTS, (long) requests.size())
            .setAttribute(Spans.TOKENS, batch.realTokens())
            .setAttribute(Spans.PADDED_TOKENS, batch.tokens())
            .setAttribute(Spans.WAITED, oldest(requests, batch.sentAt()) / NANOS)
            .startSpan();
    traced.forEach(request -> tell(request, span.getSpanContext(), batch.sentAt()));
    return new BatchSpan(tracing, span);
  }

  private static boolean isSent(BatchRequest<?, ?> request) {
    return request.span().getSpanContext().isSampled();
  }

  private static <I, O> double oldest(List<BatchRequest<I, O>> requests, long sentAt) {
    return requests.stream().mapToLong(request -> sentAt - request.arrival()).max().orElse(0);
  }

  private static void tell(BatchRequest<?, ?> request, SpanContext batch, long sentAt) {
    request
        .span()
        .addEvent(
            Spans.BATCHED,
            Attributes.of(
                Spans.BATCH_TRACE,
                batch.getTraceId(),
                Spans.BATCH_SPAN,
                batch.getSpanId(),
                Spans.WAITED,
                (sentAt - request.arrival()) / NANOS))
        .addLink(batch);
  }

  /** The batch could not be run as it was. */
  void failed() {
    span.setStatus(StatusCode.ERROR);
  }

  /** Runs the batch, and ends with it. */
  void around(Runnable batch) {
    tracing.during(span, batch);
  }
}
