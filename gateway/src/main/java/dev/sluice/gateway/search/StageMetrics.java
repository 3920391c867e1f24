package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.serving.metrics.LatencyBuckets;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Stages and degradations, for Prometheus. Labels come from closed sets. The counters of all
 * degradations exist from the start, so that rates see the first one.
 */
public final class StageMetrics {

  public static final String STAGE_DURATION = "sluice.stage.duration";
  public static final String DEGRADATIONS = "sluice.degradations";

  private final MeterRegistry registry;

  StageMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Stage stage : Stage.values()) {
      for (Degradation.Reason reason : Degradation.Reason.values()) {
        if (reason != Degradation.Reason.REASON_UNSPECIFIED
            && reason != Degradation.Reason.UNRECOGNIZED) {
          degradations(stage.text(), reason);
        }
      }
    }
  }

  void ran(Stage stage, StageReport.Outcome outcome, long nanos) {
    Timer.builder(STAGE_DURATION)
        .description("Time that a stage of a call took")
        .tag("stage", stage.text())
        .tag("outcome", lower(outcome))
        .serviceLevelObjectives(LatencyBuckets.BOUNDS)
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void degraded(Degradation degradation) {
    degradations(degradation.getStage(), degradation.getReason()).increment();
  }

  private Counter degradations(String stage, Degradation.Reason reason) {
    return Counter.builder(DEGRADATIONS)
        .description("Degradations reported to callers")
        .tag("stage", stage)
        .tag("reason", lower(reason))
        .register(registry);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
