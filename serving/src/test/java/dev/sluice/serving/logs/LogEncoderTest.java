package dev.sluice.serving.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.serving.tracing.RecordedSpans;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogEncoderTest {

  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("dev.sluice.Test");

  private String line(String format, String message, @Nullable Throwable thrown) {
    var encoder = new LogEncoder();
    encoder.setContext(context);
    encoder.setFormat(format);
    encoder.setPattern("%level %msg%n");
    encoder.start();
    var event = new LoggingEvent("test", logger, Level.WARN, message, thrown, null);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  private static JsonNode json(String line) throws IOException {
    assertThat(line).endsWith("}\n").hasLineCount(1);
    return new ObjectMapper().readTree(line);
  }

  @Test
  void aLineOfJsonIsFlatAndHasItsFields() throws IOException {
    JsonNode fields = json(line("json", "it \"broke\"\nhere", null));
    assertThat(Instant.parse(fields.get("timestamp").asText())).isAfter(Instant.EPOCH);
    assertThat(fields.get("level").asText()).isEqualTo("WARN");
    assertThat(fields.get("logger").asText()).isEqualTo("dev.sluice.Test");
    assertThat(fields.get("message").asText()).isEqualTo("it \"broke\"\nhere");
    assertThat(fields.get("thread").asText()).isNotEmpty();
    assertThat(fields.get("service").asText()).startsWith("sluice");
    assertThat(fields.has("trace_id")).isFalse();
    assertThat(fields).allMatch(JsonNode::isTextual);
  }

  @Test
  void whatWasThrownStandsInFieldsOfItsOwn() throws IOException {
    JsonNode fields = json(line("json", "failed", new IOException("disk full")));
    assertThat(fields.get("error.type").asText()).isEqualTo("java.io.IOException");
    assertThat(fields.get("error.stack").asText()).contains("disk full", "LogEncoderTest");
  }

  @Test
  void theCurrentSpanIsNamed() throws IOException {
    Span span = new RecordedSpans().tracing("test").tracer().spanBuilder("call").startSpan();
    try (Scope _ = span.makeCurrent()) {
      JsonNode fields = json(line("json", "working", null));
      assertThat(fields.get("trace_id").asText()).isEqualTo(span.getSpanContext().getTraceId());
      assertThat(fields.get("span_id").asText()).isEqualTo(span.getSpanContext().getSpanId());
      var event = new LoggingEvent("test", logger, Level.WARN, "", null, null);
      assertThat(new TraceWord().convert(event))
          .isEqualTo("[" + span.getSpanContext().getTraceId() + "] ");
    }
  }

  @Test
  void aLineOfTextFollowsItsPattern() {
    assertThat(line("text", "ready", null)).isEqualTo("WARN ready" + System.lineSeparator());
  }
}
