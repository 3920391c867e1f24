package dev.sluice.gateway.search;

import com.google.protobuf.util.Durations;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the stages of one call did: measured once, for the response and for the histograms. Used by
 * the call's thread alone.
 */
public final class StageLog {

  private final StageMetrics metrics;
  private final Consumer<Degradation> listener;
  private final List<StageReport> reports = new ArrayList<>();
  private final List<Degradation> degradations = new ArrayList<>();

  /**
   * @param listener told of each degradation as it happens
   */
  public StageLog(StageMetrics metrics, Consumer<Degradation> listener) {
    this.metrics = metrics;
    this.listener = listener;
  }

  /** Runs a stage, which fills in its report; time and outcome are filled in here. */
  public <T> T run(String stage, Function<StageReport.Builder, T> work) {
    long start = System.nanoTime();
    StageReport.Builder report = StageReport.newBuilder();
    int place = reports.size();
    reports.add(StageReport.getDefaultInstance());
    Outcome outcome = Outcome.FAILED;
    try {
      T result = work.apply(report);
      outcome = Outcome.COMPLETED;
      return result;
    } finally {
      reports.set(place, finish(stage, report, outcome, System.nanoTime() - start));
    }
  }

  /** Takes note of a stage whose time was measured piece by piece. */
  public void ran(String stage, StageReport.Builder report, long nanos) {
    reports.add(finish(stage, report, Outcome.COMPLETED, nanos));
  }

  /** Takes note that a stage does not run. */
  public void skipped(String stage) {
    reports.add(finish(stage, StageReport.newBuilder(), Outcome.SKIPPED, 0));
  }

  private StageReport finish(
      String stage, StageReport.Builder report, Outcome outcome, long nanos) {
    metrics.ran(stage, outcome, nanos);
    return report
        .setStage(stage)
        .setOutcome(outcome)
        .setTotalTime(Durations.fromNanos(nanos))
        .build();
  }

  /** Takes note that the response lacks something. */
  public void degrade(
      String stage, Degradation.Reason reason, Degradation.Effect effect, String message) {
    Degradation degradation =
        Degradation.newBuilder()
            .setStage(stage)
            .setReason(reason)
            .setEffect(effect)
            .setMessage(message)
            .build();
    degradations.add(degradation);
    metrics.degraded(degradation);
    listener.accept(degradation);
  }

  /**
   * Takes note that an optional stage failed, if its failure may be masked.
   *
   * @throws Failure the same failure, when it is not a transient one
   */
  public void mask(String stage, Failure failure, Degradation.Effect effect) {
    Degradation.Reason reason =
        switch (failure) {
          case Failure.DeadlineExceeded late -> Degradation.Reason.STAGE_TIMEOUT;
          case Failure.Unavailable gone -> Degradation.Reason.STAGE_UNAVAILABLE;
          case Failure.Overloaded overloaded -> Degradation.Reason.STAGE_OVERLOADED;
          case Failure.Internal broken -> Degradation.Reason.STAGE_FAILED;
          case Failure.InvalidInput other -> throw other;
          case Failure.NotFound other -> throw other;
          case Failure.AlreadyExists other -> throw other;
          case Failure.Precondition other -> throw other;
          case Failure.StorageFull other -> throw other;
          case Failure.Cancelled other -> throw other;
          case Failure.Unimplemented other -> throw other;
        };
    degrade(stage, reason, effect, failure.text());
  }

  public List<StageReport> reports() {
    return List.copyOf(reports);
  }

  public List<Degradation> degradations() {
    return List.copyOf(degradations);
  }
}
