package dev.sluice.serving.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One flat JSON object a line, with the trace that the logging thread works for. {@code
 * docs/tracing.md} lists the fields.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

  private static final int LONGEST_STACK = 16 << 10;

  private final JsonFactory json = new JsonFactory();

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringWriter();
    try (JsonGenerator object = json.createGenerator(line)) {
      write(event, object);
    } catch (IOException e) { // a string has room
      throw new UncheckedIOException(e);
    }
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(ILoggingEvent event, JsonGenerator object) throws IOException {
    object.writeStartObject();
    object.writeStringField("timestamp", Instant.ofEpochMilli(event.getTimeStamp()).toString());
    object.writeStringField("level", event.getLevel().toString());
    object.writeStringField("service", LogService.current());
    object.writeStringField("logger", event.getLoggerName());
    object.writeStringField("thread", event.getThreadName());
    object.writeStringField("message", event.getFormattedMessage());
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      object.writeStringField("trace_id", span.getTraceId());
      object.writeStringField("span_id", span.getSpanId());
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      object.writeStringField("error.type", thrown.getClassName());
      object.writeStringField("error.stack", stack(thrown));
    }
    object.writeEndObject();
  }

  private static String stack(IThrowableProxy thrown) {
    String stack = ThrowableProxyUtil.asString(thrown);
    return stack.length() > LONGEST_STACK ? stack.substring(0, LONGEST_STACK) + "…" : stack;
  }
}
