package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Learned;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.LatencyBuckets;
import dev.sluice.serving.metrics.ModelMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What a batcher tells Prometheus: durations in seconds, sizes in items and tokens. Labels come
 * from closed sets: models by the names that the operator gave, never tenants nor anything else
 * that a caller names.
 */
public final class BatchMetrics {

  private static final double[] ITEMS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  private static final double[] TOKENS = {16, 64, 256, 512, 1024, 2048, 4096, 8192, 16384, 65536};
  private static final double[] RATIOS = {0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 8};
  private static final double NANOS = 1e9;

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
    batchItems = summary("sluice.batch.items", "Items in a batch", ITEMS);
    realTokens = summary("sluice.batch.tokens", "Tokens in a batch", TOKENS, "kind", "real");
    paddedTokens = summary("sluice.batch.tokens", "Tokens in a batch", TOKENS, "kind", "padded");
    predictionRatio =
        summary("sluice.batch.prediction.ratio", "Running time over the predicted one", RATIOS);
    execution = timer("sluice.batch.execution", "From sending a batch to its outputs");
    queueWait = timer("sluice.queue.wait", "Time from arrival to the start of its batch");
    slotIdle = timer("sluice.batch.slot.idle", "Time that a slot had nothing to do before");
    splits = registry.counter("sluice.batch.splits", meters.tags());
    failed = registry.counter("sluice.batch.failed", meters.tags());
    meters.gauge("sluice.queue.items", "Items that wait", () -> queuedItems);
    meters.gauge("sluice.queue.tokens", "Tokens that wait", () -> queuedTokens);
  }

  /** The name by which the model is served. */
  String model() {
    return model;
  }

  private DistributionSummary summary(
      String name, String description, double[] buckets, String... labels) {
    return DistributionSummary.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .tags(meters.tags().and(labels))
        .register(meters.registry());
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(LatencyBuckets.BOUNDS)
        .tags(meters.tags())
        .register(meters.registry());
  }

  /** Publishes what the scheduler has learned, asked for at each scrape. */
  void follow(Supplier<Learned> learned) {
    learned("sluice.batch.safety", "Factor on predicted waits", learned, Learned::safety);
    learned("sluice.batch.budget.tokens", "Most tokens of a batch", learned, Learned::budget);
    cost("launch", learned, Learned::launch);
    cost("token", learned, Learned::perToken);
    cost("token_length", learned, Learned::quadratic);
    learned(
        "sluice.queue.drain",
        "Seconds that the waiting work should take",
        learned,
        each -> each.drainNanos() / NANOS);
    learned(
        "sluice.queue.oldest.age",
        "Seconds that the oldest request has waited",
        learned,
        each -> each.oldestNanos() / NANOS);
  }

  private void cost(String term, Supplier<Learned> learned, ToDoubleFunction<Learned> nanos) {
    meters.gauge(
        "sluice.batch.cost",
        "Learned cost of a batch, a term each, in seconds",
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
   * @param reason a name of {@link Refusal.Reason}, or "DRAINING"
   */
  void refused(String reason) {
    count("sluice.batch.refused", "reason", reason);
  }

  /** A request that was admitted ended before it was complete, in whatever way. */
  void ended(BatchRequest<?, ?> request, Throwable failure) {
    Where where = request.progress.withdrawn ? Where.QUEUE : Where.INFLIGHT;
    switch (failure) {
      case Failure.DeadlineExceeded _ -> missed(request.caller(), where);
      case Failure.Cancelled _ -> count("sluice.batch.cancelled", "where", where.name());
      default -> failed.increment();
    }
  }

  void missed(Caller caller, Where where) {
    count("sluice.batch.expired", "where", where.name());
    deadline(caller, "missed");
  }

  void met(Caller caller) {
    deadline(caller, "met");
  }

  private void deadline(Caller caller, String result) {
    String priority = caller.priority().name().toLowerCase(Locale.ROOT);
    counter("sluice.batch.deadline", "class", priority, "result", result).increment();
  }

  private void count(String name, String label, String value) {
    counter(name, label, value.toLowerCase(Locale.ROOT)).increment();
  }

  private Counter counter(String name, String... labels) {
    return meters.registry().counter(name, meters.tags().and(labels));
  }

  void split() {
    splits.increment();
  }
}
