package dev.sluice.serving.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.network.FreePort;
import io.grpc.Context;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans of a process on their way to a collector. */
@Timeout(120)
class TracingIT {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private Tracing tracing(String endpoint, double sample) {
    return Tracing.start(
        new TracingConfig(endpoint, sample, Map.of("team", "search")), "test", registry);
  }

  private static void span(Tracing tracing) {
    tracing.tracer().spanBuilder("work").startSpan().end();
  }

  private double spans(String outcome) {
    return registry.get(SpanExport.SPANS).tag("outcome", outcome).counter().count();
  }

  @Test
  void closingSendsWhatWaits() {
    try (var collector = new Collector()) {
      Tracing tracing = tracing(collector.endpoint(), 1);
      span(tracing);
      tracing.close();
      assertThat(collector.received()).map(Collector.Received::name).containsExactly("work");
      assertThat(collector.received().getFirst().service()).isEqualTo("sluice-test");
      assertThat(spans("sent")).isEqualTo(1);
      assertThat(spans("dropped")).isZero();
    }
  }

  @Test
  void noNewTraceIsSentWhereTheShareIsZero() {
    try (var collector = new Collector()) {
      Tracing tracing = tracing(collector.endpoint(), 0);
      span(tracing);
      tracing.close();
      assertThat(collector.received()).isEmpty();
    }
  }

  @Test
  void whereTheCollectorIsAwayNoMoreThanTheBoundWaitsAndTheRestIsCounted() throws IOException {
    Tracing tracing = tracing("http://127.0.0.1:" + FreePort.any(), 1);
    int spans = 3 * SpanExport.MOST;
    for (int i = 0; i < spans; i++) {
      span(tracing);
    }
    assertThat(spans("dropped")).isGreaterThan(SpanExport.MOST);
    assertThat(spans("sent")).isZero();
    tracing.close();
  }

  @Test
  void nothingIsStartedWithoutAnEndpoint() {
    assertThat(tracing("", 1)).isSameAs(Tracing.OFF);
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void theCurrentSpanGoesWhereTheCallsContextGoes() throws Exception {
    Span span = new RecordedSpans().tracing("test").tracer().spanBuilder("call").startSpan();
    Map<String, Span> seen = new HashMap<>();
    Runnable note = () -> seen.put("elsewhere", Span.current());
    try (Scope _ = span.makeCurrent()) {
      Thread thread = Thread.ofVirtual().start(Context.current().wrap(note));
      thread.join();
    }
    assertThat(seen.get("elsewhere")).isSameAs(span);
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }

  @Test
  void aTraceparentIsReadAndWrittenAsItCame() {
    Map<String, String> headers = new HashMap<>();
    Span span = new RecordedSpans().tracing("test").tracer().spanBuilder("call").startSpan();
    try (Scope _ = span.makeCurrent()) {
      TraceHeaders.send(headers::put);
    }
    assertThat(headers)
        .containsEntry(
            "traceparent",
            "00-"
                + span.getSpanContext().getTraceId()
                + "-"
                + span.getSpanContext().getSpanId()
                + "-"
                + span.getSpanContext().getTraceFlags().asHex());
    headers.clear();
    TraceHeaders.send(headers::put);
    assertThat(headers).isEmpty();
  }
}
