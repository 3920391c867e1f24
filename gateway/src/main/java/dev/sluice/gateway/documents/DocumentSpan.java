package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.tracing.Spans;
import dev.sluice.serving.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Locale;

/**
 * The span of a document while it is taken in. The first {@value #NEAR} of a stream belong to its
 * trace; each later one is a trace of its own, linked to it: a stream may last for hours, and no
 * trace may grow so long. Current while the work runs.
 */
final class DocumentSpan {

  private static final int NEAR = 128;

  private final Tracing tracing = Tracing.current();
  private final Span span;

  /**
   * @param index of the document in its stream
   */
  DocumentSpan(long index) {
    Span stream = Span.current();
    SpanBuilder builder = tracing.tracer().spanBuilder(Spans.DOCUMENT);
    if (index >= NEAR) {
      builder.setNoParent().addLink(stream.getSpanContext());
    }
    this.span = builder.startSpan();
  }

  void stored(UpsertDocumentsResponse response) {
    span.setAttribute(Spans.OUTCOME, response.getResult().name().toLowerCase(Locale.ROOT));
    span.setAttribute(Spans.CHUNKS, response.getChunkCount());
    span.setAttribute(Spans.EMBEDDED_CHUNKS, response.getEmbeddedChunkCount());
  }

  /** It was not taken in. */
  void failed() {
    span.setAttribute(Spans.OUTCOME, "failed");
    span.setStatus(StatusCode.ERROR);
  }

  /** Takes the document in, and ends with it. */
  void around(Runnable work) {
    tracing.during(span, work);
  }
}
