package dev.sluice.serving.logs;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/** {@code %trace} in patterns: the id of the trace that the logging thread works for, if any. */
public final class TraceWord extends ClassicConverter {

  @Override
  public String convert(ILoggingEvent event) {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid() ? "[" + span.getTraceId() + "] " : "";
  }
}
