package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Learned;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.LatencyBuckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What a batcher tells Prometheus: durations in seconds, sizes in items and tokens. Labels come
 * from closed sets: neither tenants nor models nor anything that a caller names.
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

  private final MeterRegistry registry;
  private final DistributionSummary batchItems;
  private final DistributionSummary realTokens;
  private final DistributionSummary paddedTokens;
  private final DistributionSummary predictionRatio;
  private final Timer execution;
  private final Timer queueWait;
  private final Timer slotIdle;
  private final Counter splits;
  private final Counter failed;
  private final AtomicLong queuedItems;
  private final AtomicLong queuedTokens;

  public BatchMetrics(MeterRegistry registry) {
    this.registry = registry;
    batchItems = summary("sluice.batch.items", "Items in a batch", ITEMS).register(registry);
    realTokens = tokens(registry, "real");
    paddedTokens = tokens(registry, "padded");
    predictionRatio =
        summary("sluice.batch.prediction.ratio", "Running time over the predicted one", RATIOS)
            .register(registry);
    execution = timer(registry, "sluice.batch.execution", "From sending a batch to its outputs");
    queueWait = timer(registry, "sluice.queue.wait", "Time from arrival to the start of its batch");
    slotIdle =
        timer(registry, "sluice.batch.slot.idle", "Time that a slot had nothing to do before");
    splits = registry.counter("sluice.batch.splits");
    failed = registry.counter("sluice.batch.failed");
    queuedItems = gauge(registry, "sluice.queue.items");
    queuedTokens = gauge(registry, "sluice.queue.tokens");
  }

  private static DistributionSummary tokens(MeterRegistry registry, String kind) {
    return summary("sluice.batch.tokens", "Tokens in a batch", TOKENS)
        .tag("kind", kind)
        .register(registry);
  }

  private static DistributionSummary.Builder summary(
      String name, String description, double[] buckets) {
    return DistributionSummary.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets);
  }

  private static Timer timer(MeterRegistry registry, String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(LatencyBuckets.BOUNDS)
        .register(registry);
  }

  private static AtomicLong gauge(MeterRegistry registry, String name) {
    AtomicLong value = new AtomicLong();
    registry.gauge(name, value);
    return value;
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
    Gauge.builder("sluice.batch.cost", learned, each -> nanos.applyAsDouble(each.get()) / NANOS)
        .description("Learned cost of a batch, a term each, in seconds")
        .tag("term", term)
        .strongReference(true)
        .register(registry);
  }

  private void learned(
      String name, String description, Supplier<Learned> learned, ToDoubleFunction<Learned> value) {
    Gauge.builder(name, learned, each -> value.applyAsDouble(each.get()))
        .description(description)
        .strongReference(true)
        .register(registry);
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
    queuedItems.set(items);
    queuedTokens.set(tokens);
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
    registry.counter("sluice.batch.deadline", "class", priority, "result", result).increment();
  }

  private void count(String name, String label, String value) {
    registry.counter(name, label, value.toLowerCase(Locale.ROOT)).increment();
  }

  void split() {
    splits.increment();
  }
}
