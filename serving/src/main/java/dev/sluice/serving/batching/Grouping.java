package dev.sluice.serving.batching;

import java.util.Arrays;

/**
 * Which lengths should share batches on a model that pads. Neighbouring lengths are merged where
 * padding the shorter ones costs less than another launch: dynamic programming over the partitions
 * of the sorted lengths, as in TurboTransformers (Fang et al., PPoPP 2021, section 4.2), here over
 * at most some dozens of length buckets rather than over single items.
 */
final class Grouping {

  /** Lengths {@code from} to {@code to}, both included, as positions in the arrays given. */
  record Group(int from, int to) {}

  private Grouping() {}

  /**
   * The group of the cheapest partition that holds one length.
   *
   * @param lengths tokens of the longest item of each bucket, ascending, rounded as they are padded
   * @param counts items of each bucket
   * @param size how many buckets of the arrays to read
   * @param must the position that the group must hold
   * @param cost what batches cost
   * @param budget the most tokens of a batch
   * @param maxItems the most items of a batch
   */
  static Group containing(
      int must, long[] lengths, int[] counts, int size, CostModel cost, long budget, int maxItems) {
    double[] best = new double[size + 1];
    int[] start = new int[size + 1];
    Arrays.fill(best, 1, size + 1, Double.POSITIVE_INFINITY);
    for (int to = 0; to < size; to++) {
      long items = 0;
      for (int from = to; from >= 0; from--) {
        items += counts[from];
        double total = best[from] + nanos(items, lengths[to], cost, budget, maxItems);
        if (total < best[to + 1]) {
          best[to + 1] = total;
          start[to + 1] = from;
        }
      }
    }
    int to = size;
    while (start[to] > must) {
      to = start[to];
    }
    return new Group(start[to], to - 1);
  }

  private static double nanos(long items, long length, CostModel cost, long budget, int maxItems) {
    long perBatch = Math.clamp(budget / length, 1, maxItems);
    long batches = (items + perBatch - 1) / perBatch;
    return batches * cost.launch() + items * length * (cost.perToken() + cost.quadratic() * length);
  }
}
