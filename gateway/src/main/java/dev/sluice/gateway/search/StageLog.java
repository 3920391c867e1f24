package dev.sluice.gateway.search;

import com.google.protobuf.util.Durations;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the stages of one call did: measured once, for the response, for the histograms and for the
 * plans of later calls. Used by the call's thread alone.
 */
public final class StageLog {

  private final StageMetrics metrics;
  private final StageLatencies latencies;
  private final Consumer<Degradation> listener;
  private final List<StageReport> reports = new ArrayList<>();
  private final List<Degradation> degradations = new ArrayList<>();

  /**
   * @param listener told of each degradation as it happens
   */
  public StageLog(StageMetrics metrics, StageLatencies latencies, Consumer<Degradation> listener) {
    this.metrics = metrics;
    this.latencies = latencies;
    this.listener = listener;
  }

  /** Runs a stage, which fills in its report; time and outcome are filled in here. */
  public <T> T run(Stage stage, Function<StageReport.Builder, T> work) {
    long start = System.nanoTime();
    StageReport.Builder report = StageReport.newBuilder();
    int place = reports.size();
    reports.add(StageReport.getDefaultInstance());
    Outcome outcome = Outcome.FAILED;
    boolean telling = false;
    try {
      T result = work.apply(report);
      outcome = Outcome.COMPLETED;
      telling = true;
      return result;
    } catch (Failure.DeadlineExceeded late) {
      telling = true;
      throw late;
    } finally {
      long now = System.nanoTime();
      reports.set(place, finish(stage, report, outcome, now - start));
      if (telling) {
        observe(stage, report.getInputCount(), now - start, now);
      }
    }
  }

  private void observe(Stage stage, int inputs, long nanos, long now) {
    if (stage == Stage.RERANK) {
      latencies.observeRerank(inputs, nanos, now);
    } else {
      latencies.observe(stage, nanos, now);
    }
  }

  /** Takes note of a stage whose time was measured piece by piece. */
  public void ran(Stage stage, StageReport.Builder report, long nanos) {
    reports.add(finish(stage, report, Outcome.COMPLETED, nanos));
  }

  /** Takes note that a stage does not run. */
  public void skipped(Stage stage) {
    reports.add(finish(stage, StageReport.newBuilder(), Outcome.SKIPPED, 0));
  }

  /** Takes note that a stage does not run for want of time. */
  public void skipped(Stage stage, Degradation.Effect effect) {
    skipped(stage);
    degrade(stage, Degradation.Reason.BUDGET_EXHAUSTED, effect, "too little time was left for it");
  }

  private StageReport finish(Stage stage, StageReport.Builder report, Outcome outcome, long nanos) {
    metrics.ran(stage, outcome, nanos);
    return report
        .setStage(stage.text())
        .setOutcome(outcome)
        .setTotalTime(Durations.fromNanos(nanos))
        .build();
  }

  /** Takes note that the response lacks something. */
  public void degrade(
      Stage stage, Degradation.Reason reason, Degradation.Effect effect, String message) {
    Degradation degradation =
        Degradation.newBuilder()
            .setStage(stage.text())
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
  public void mask(Stage stage, Failure failure, Degradation.Effect effect) {
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
