package dev.sluice.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.deadline.Latencies;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.serving.metrics.ProcessMetrics;
import io.grpc.Deadline;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.Test;

/** What is told of stages. */
class StageTelemetryTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void theTimerOfAStageCarriesTheIdOfTheCallsTrace() {
    Span caller =
        Span.wrap(
            SpanContext.create(
                TRACE, "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault()));
    try (var metrics = new ProcessMetrics()) {
      var telemetry =
          new StageTelemetry(
              metrics.registry(),
              OpenTelemetry.noop().getTracer("test"),
              Deadline.getSystemTicker());
      try (Scope _ = caller.makeCurrent();
          StageLog log = telemetry.call("search", new Latencies().of("books"), _ -> {})) {
        log.<Integer>run(Stage.RERANK, _ -> 1);
      }

      assertThat(metrics.scrape("application/openmetrics-text").body().toStringUtf8())
          .containsPattern(
              "sluice_stage_duration_seconds_bucket\\{[^}]*stage=\"rerank\"[^}]*} 1"
                  + " # \\{[^}]*trace_id=\""
                  + TRACE
                  + "\"");
    }
  }
}
