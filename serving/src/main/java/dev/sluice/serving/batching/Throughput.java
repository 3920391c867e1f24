package dev.sluice.serving.batching;

import java.time.Duration;

/** Tokens a nanosecond over all slots: an exponentially weighted mean over batches, weight 0.1. */
final class Throughput {

  private static final double WEIGHT = 0.1;

  private double tokensPerNano;

  synchronized void add(long tokens, long nanos, int slots) {
    double sample = (double) tokens * slots / Math.max(nanos, 1);
    tokensPerNano = tokensPerNano == 0 ? sample : tokensPerNano + WEIGHT * (sample - tokensPerNano);
  }

  /** How long so many tokens take; zero before the first batch. */
  synchronized Duration timeFor(long tokens) {
    return tokensPerNano == 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.min(tokens / tokensPerNano, 1e15));
  }
}
