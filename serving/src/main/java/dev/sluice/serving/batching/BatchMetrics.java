package dev.sluice.serving.batching;

import dev.sluice.serving.metrics.LatencyBuckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a batcher tells Prometheus. Durations in seconds, sizes in items and tokens. */
public final class BatchMetrics {

  private static final double[] ITEMS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  private static final double[] TOKENS = {16, 64, 256, 512, 1024, 2048, 4096, 8192, 16384, 65536};

  private final DistributionSummary batchItems;
  private final DistributionSummary realTokens;
  private final DistributionSummary paddedTokens;
  private final Timer execution;
  private final Timer queueWait;
  private final Counter refused;
  private final Counter expired;
  private final Counter splits;
  private final AtomicLong queuedItems;
  private final AtomicLong queuedTokens;

  public BatchMetrics(MeterRegistry registry) {
    batchItems = summary("sluice.batch.items", "Items in a batch", ITEMS).register(registry);
    realTokens = tokens(registry, "real");
    paddedTokens = tokens(registry, "padded");
    execution = timer(registry, "sluice.batch.execution", "Running time of a batch");
    queueWait = timer(registry, "sluice.queue.wait", "Time from arrival to the start of its batch");
    refused = registry.counter("sluice.batch.refused");
    expired = registry.counter("sluice.batch.expired");
    splits = registry.counter("sluice.batch.splits");
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

  void ran(int items, long real, long padded, long nanos) {
    batchItems.record(items);
    realTokens.record((double) real);
    paddedTokens.record((double) padded);
    execution.record(nanos, TimeUnit.NANOSECONDS);
  }

  void waited(long nanos) {
    queueWait.record(Duration.ofNanos(Math.max(nanos, 0)));
  }

  void queued(int items, long tokens) {
    queuedItems.set(items);
    queuedTokens.set(tokens);
  }

  void refused() {
    refused.increment();
  }

  void expired() {
    expired.increment();
  }

  void split() {
    splits.increment();
  }
}
