package dev.sluice.serving.batching;

import java.util.Arrays;

/**
 * How long the waiting work takes, from how many items of which length wait and what batches cost.
 * Counts the work as the {@link BatchFormer} would do it, so that mixed lengths cost their padding.
 */
final class Backlog {

  private final BatchLimits limits;
  private int[] items = new int[1];
  private long tokens;

  Backlog(BatchLimits limits) {
    this.limits = limits;
  }

  /** An item came. */
  void add(int length) {
    int bucket = LengthBuckets.of(length);
    if (bucket >= items.length) {
      items = Arrays.copyOf(items, bucket + 1);
    }
    items[bucket]++;
    tokens += length;
  }

  /** An item went. */
  void remove(int length) {
    items[LengthBuckets.of(length)]--;
    tokens -= length;
  }

  /** Real tokens. */
  long tokens() {
    return tokens;
  }

  /**
   * Real tokens a nanosecond that all slots get done of this work; 0 where there is none.
   *
   * @param budget the most tokens of a batch
   */
  double rate(CostModel cost, long budget) {
    double nanos = limits.padded() ? padded(cost, budget) : packed(cost, budget);
    return tokens * limits.totalSlots() / Math.max(nanos, 1);
  }

  private double padded(CostModel cost, long budget) {
    int size = (int) Arrays.stream(items).filter(count -> count > 0).count();
    long[] lengths = new long[size];
    int[] counts = new int[size];
    int at = 0;
    for (int bucket = 0; bucket < items.length; bucket++) {
      if (items[bucket] > 0) {
        lengths[at] = LengthBuckets.bound(bucket);
        counts[at] = items[bucket];
        at++;
      }
    }
    return new Grouping(lengths, counts, cost, budget, limits.maxItems()).nanos();
  }

  private double packed(CostModel cost, long budget) {
    long batches = (tokens + budget - 1) / budget;
    return batches * cost.launch() + tokens * cost.perToken();
  }
}
