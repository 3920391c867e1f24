package dev.sluice.serving.batching;

/**
 * Real tokens a nanosecond that one slot gets done while more work waits: exponentially weighted
 * sums over batches, weight 0.1, so that small batches count as little as they do.
 */
final class Throughput {

  private static final double KEPT = 0.9;

  private double tokens;
  private double nanos;

  /** A batch that was formed while as much work again was waiting. */
  void add(long batchTokens, long batchNanos) {
    tokens = KEPT * tokens + batchTokens;
    nanos = KEPT * nanos + Math.max(batchNanos, 1);
  }

  /** Tokens a nanosecond and slot; 0 before the first batch. */
  double perSlot() {
    return nanos == 0 ? 0 : tokens / nanos;
  }
}
