package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Learned;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.ModelMeters;
import dev.sluice.type.v1.Priority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What a batcher tells Prometheus: durations in seconds, sizes in items and tokens. Gauges say what
 * is now, read at each scrape; all counters exist from the start. Labels come from closed sets:
 * models by the names that the operator gave, never tenants nor anything else that a caller names.
 */
public final class BatchMetrics {

  private static final double[] ITEMS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  private static final double[] TOKENS = {16, 64, 256, 512, 1024, 2048, 4096, 8192, 16384, 65536};
  private static final double[] RATIOS = {0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 8};
  private static final double NANOS = 1e9;

  /** A reason of refusals beside those of {@link Refusal.Reason}. */
  static final String DRAINING = "DRAINING";

  private static final String MET = "met";
  private static final String MISSED = "missed";

  /** Where a request was when it ended. */
  enum Where {
    QUEUE,
    INFLIGHT
  }

  private final String model;
  private final ModelMeters meters;
  private final DistributionSummary batchItems;
  private final DistributionSummary realTokens;
  private final DistributionSummary paddedTokens;
  private final DistributionSummary predictionRatio;
  private final Timer execution;
  private final Timer queueWait;
  private final Timer slotIdle;
  private final Counter splits;
  private final Counter failed;
  private volatile int queuedItems;
  private volatile long queuedTokens;

  /**
   * @param model the name by which the model is served
   */
  public BatchMetrics(MeterRegistry registry, String model) {
    this.model = model;
    meters = new ModelMeters(registry, model);
    batchItems = meters.summary("sluice.batch.items", "Items in a batch", ITEMS);
    realTokens = tokens("real");
    paddedTokens = tokens("padded");
    predictionRatio =
        meters.summary(
            "sluice.batch.prediction.ratio", "Running time of a batch over the predicted", RATIOS);
    execution = meters.timer("sluice.batch.execution", "From sending a batch to its outputs");
    queueWait = meters.timer("sluice.queue.wait", "From a request's arrival to its batch's start");
    slotIdle = meters.timer("sluice.batch.slot.idle", "Time without work before a batch in a slot");
    splits = meters.counter("sluice.batch.splits", "Batches tried again in halves");
    failed = meters.counter("sluice.batch.failed", "Requests that the model failed");
    meters.gauge("sluice.queue.items", "Items that wait", () -> queuedItems);
    meters.gauge("sluice.queue.tokens", "Tokens that wait", () -> queuedTokens);
    expectEveryOutcome();
  }

  /** The name by which the model is served. */
  String model() {
    return model;
  }

  private DistributionSummary tokens(String kind) {
    return meters.summary("sluice.batch.tokens", "Tokens in a batch", TOKENS, "kind", kind);
  }

  /** Rates see only the increments of counters that exist. */
  private void expectEveryOutcome() {
    for (Refusal.Reason reason : Refusal.Reason.values()) {
      refusals(reason.name());
    }
    refusals(DRAINING);
    for (Where where : Where.values()) {
      cancellations(where);
      expiries(where);
    }
    for (Priority priority : List.of(Priority.INTERACTIVE, Priority.BULK)) {
      deadlines(priority, MET);
      deadlines(priority, MISSED);
    }
  }

  /** Publishes what the scheduler has learned, asked for at each scrape. */
  void follow(Supplier<Learned> learned) {
    learned("sluice.batch.safety", "Factor on predicted waiting times", learned, Learned::safety);
    learned("sluice.batch.budget.tokens", "Most tokens of a batch", learned, Learned::budget);
    cost("launch", learned, Learned::launch);
    cost("token", learned, Learned::perToken);
    cost("token_length", learned, Learned::quadratic);
    learned(
        "sluice.queue.drain.seconds",
        "Time that the waiting work should take",
        learned,
        each -> each.drainNanos() / NANOS);
    learned(
        "sluice.queue.oldest.age.seconds",
        "How long the oldest request has waited",
        learned,
        each -> each.oldestNanos() / NANOS);
  }

  private void cost(String term, Supplier<Learned> learned, ToDoubleFunction<Learned> nanos) {
    meters.gauge(
        "sluice.batch.cost.seconds",
        "Learned cost of a batch, of each token, and of each token by the batch's length",
        () -> nanos.applyAsDouble(learned.get()) / NANOS,
        "term",
        term);
  }

  private void learned(
      String name, String description, Supplier<Learned> learned, ToDoubleFunction<Learned> value) {
    meters.gauge(name, description, () -> value.applyAsDouble(learned.get()));
  }

  void started(Batch<?, ?> batch) {
    slotIdle.record(Math.max(batch.idleNanos(), 0), TimeUnit.NANOSECONDS);
    for (BatchItem<?, ?> item : batch.items()) {
      queueWait.record(Math.max(batch.sentAt() - item.request.arrival(), 0), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * A batch is done.
   *
   * @param nanos from sending it to its outputs
   * @param running the part of it in which the model ran it
   */
  void finished(Batch<?, ?> batch, long nanos, long running) {
    batchItems.record(batch.items().size());
    realTokens.record((double) batch.realTokens());
    paddedTokens.record((double) batch.tokens());
    execution.record(nanos, TimeUnit.NANOSECONDS);
    predictionRatio.record((double) running / Math.max(batch.predictedNanos(), 1));
  }

  void queued(int items, long tokens) {
    queuedItems = items;
    queuedTokens = tokens;
  }

  /**
   * @param reason a name of {@link Refusal.Reason}, or {@link #DRAINING}
   */
  void refused(String reason) {
    refusals(reason).increment();
  }

  private Counter refusals(String reason) {
    return meters.counter("sluice.batch.refused", "Requests not admitted", "reason", lower(reason));
  }

  /** A request that was admitted ended before it was complete, in whatever way. */
  void ended(BatchRequest<?, ?> request, Throwable failure) {
    Where where = request.progress.withdrawn ? Where.QUEUE : Where.INFLIGHT;
    switch (failure) {
      case Failure.DeadlineExceeded _ -> missed(request.caller(), where);
      case Failure.Cancelled _ -> cancellations(where).increment();
      default -> failed.increment();
    }
  }

  private Counter cancellations(Where where) {
    return meters.counter(
        "sluice.batch.cancelled", "Requests whose caller went away", "where", lower(where.name()));
  }

  void missed(Caller caller, Where where) {
    expiries(where).increment();
    deadlines(caller.priority(), MISSED).increment();
  }

  private Counter expiries(Where where) {
    return meters.counter(
        "sluice.batch.expired", "Requests whose deadline passed", "where", lower(where.name()));
  }

  void met(Caller caller) {
    deadlines(caller.priority(), MET).increment();
  }

  private Counter deadlines(Priority priority, String result) {
    return meters.counter(
        "sluice.batch.deadline",
        "Requests, by whether they were answered in time",
        "class",
        lower(priority.name()),
        "result",
        result);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  void split() {
    splits.increment();
  }
}
