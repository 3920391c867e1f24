package dev.sluice.gateway.search;

import com.google.protobuf.util.Durations;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.search.CallSpan.StageSpan;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import io.grpc.Deadline;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the stages of one call did: measured once, for the response, for the histograms, for the
 * spans and for the plans of later calls. Used and closed by the call's thread alone.
 */
public final class StageLog implements AutoCloseable {

  private static final String TOO_LATE = "too little time was left for it";

  private final StageMetrics metrics;
  private final CallSpan span;
  private final StageLatencies latencies;
  private final Consumer<Degradation> listener;
  private final Deadline.Ticker clock;
  private final List<StageReport> reports = new ArrayList<>();
  private final List<Degradation> degradations = new ArrayList<>();
  private @Nullable Failure narrowed;

  StageLog(
      StageMetrics metrics,
      CallSpan span,
      StageLatencies latencies,
      Consumer<Degradation> listener,
      Deadline.Ticker clock) {
    this.metrics = metrics;
    this.span = span;
    this.latencies = latencies;
    this.listener = listener;
    this.clock = clock;
  }

  /** Runs a stage, which fills in its report; time and outcome are filled in here. */
  public <T> T run(Stage stage, Function<StageReport.Builder, T> work) {
    return run(stage, true, work);
  }

  /** Runs a stage in a way whose time says nothing about the stage in later calls. */
  public <T> T runUnobserved(Stage stage, Function<StageReport.Builder, T> work) {
    return run(stage, false, work);
  }

  private <T> T run(Stage stage, boolean observed, Function<StageReport.Builder, T> work) {
    long start = clock.nanoTime();
    StageSpan stageSpan = span.stage(stage, 0);
    StageReport.Builder report = StageReport.newBuilder();
    int place = reports.size();
    reports.add(StageReport.getDefaultInstance());
    Outcome outcome = Outcome.FAILED;
    boolean telling = false;
    try (Scope _ = stageSpan.context().makeCurrent()) {
      T result = work.apply(report);
      outcome = Outcome.COMPLETED;
      telling = true;
      return result;
    } catch (Failure.DeadlineExceeded late) {
      telling = true;
      throw late;
    } finally {
      long now = clock.nanoTime();
      reports.set(place, finish(stage, stageSpan, report, outcome, now - start));
      if (observed && telling) {
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
    reports.add(finish(stage, span.stage(stage, nanos), report, Outcome.COMPLETED, nanos));
  }

  /** Takes note that a stage does not run. */
  public void skipped(Stage stage) {
    reports.add(finish(stage, span.stage(stage, 0), StageReport.newBuilder(), Outcome.SKIPPED, 0));
  }

  /** Takes note that a stage does not run for want of time. */
  public void skipped(Stage stage, Degradation.Effect effect) {
    skipped(stage);
    shortened(stage, effect, TOO_LATE);
  }

  /** Takes note that a stage does less than it should for want of time. */
  public void shortened(Stage stage, Degradation.Effect effect, String message) {
    degrade(stage, Degradation.Reason.BUDGET_EXHAUSTED, effect, message);
    Entry.current().shortened();
  }

  /** The same of a stage without which the retrieval looks at less than it should. */
  void skippedNarrowing(Stage stage, Degradation.Effect effect) {
    skipped(stage, effect);
    narrowed = new Failure.DeadlineExceeded(stage.text() + ": " + TOO_LATE);
  }

  private StageReport finish(
      Stage stage, StageSpan span, StageReport.Builder report, Outcome outcome, long nanos) {
    StageReport finished =
        report
            .setStage(stage.text())
            .setOutcome(outcome)
            .setTotalTime(Durations.fromNanos(nanos))
            .build();
    try (Scope _ = span.context().makeCurrent()) { // for the exemplar
      metrics.ran(stage, outcome, nanos);
    }
    span.end(finished, nanos);
    return finished;
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
    span.degraded(degradation);
    listener.accept(degradation);
  }

  /**
   * Takes note that a stage failed that the call goes on without, if its failure may be masked.
   *
   * @throws Failure the same failure, when it is not a transient one
   */
  public void mask(Stage stage, Failure failure, Degradation.Effect effect) {
    degrade(stage, Masking.reason(failure).orElseThrow(() -> failure), effect, failure.text());
  }

  /**
   * Takes note that the retrieval looks at less than it should because of this failure.
   *
   * @throws Failure the same failure, when it is not a transient one
   */
  void narrow(Stage stage, Failure failure, Degradation.Effect effect) {
    mask(stage, failure, effect);
    narrowed = failure;
  }

  /**
   * To be called where nothing is left to give to the caller: a failed retrieval is never an empty
   * one.
   *
   * @throws Failure that the retrieval went on without
   */
  public void nothingFound() {
    if (narrowed != null) {
      throw narrowed;
    }
  }

  /** The failure of the call; one for want of time says what the stages did until then. */
  public RuntimeException failed(RuntimeException failure) {
    span.failed();
    return failure instanceof Failure.DeadlineExceeded late
        ? new Failure.DeadlineExceeded(late.text(), reports())
        : failure;
  }

  public List<StageReport> reports() {
    return List.copyOf(reports);
  }

  public List<Degradation> degradations() {
    return List.copyOf(degradations);
  }

  @Override
  public void close() {
    span.end();
  }
}
