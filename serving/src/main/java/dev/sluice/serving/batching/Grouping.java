package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which lengths should share batches on a model that pads. Neighbouring lengths are merged where
 * padding the shorter ones costs less than another launch: dynamic programming over the partitions
 * of the sorted lengths, as in TurboTransformers (Fang et al., PPoPP 2021, section 4.2), here over
 * at most some dozens of length buckets rather than over single items.
 */
final class Grouping {

  /** Lengths {@code from} to {@code to}, both included, as positions in the arrays given. */
  record Group(int from, int to) {}

  /** The cheapest cost of the first so many lengths, and where their last group starts. */
  private final double[] best;

  private final int[] start;

  /**
   * Finds the cheapest partition.
   *
   * @param lengths tokens that items of each bucket are padded to, ascending
   * @param counts items of each bucket
   * @param cost what batches cost
   * @param budget the most tokens of a batch
   * @param maxItems the most items of a batch
   */
  Grouping(long[] lengths, int[] counts, CostModel cost, long budget, int maxItems) {
    int size = lengths.length;
    best = new double[size + 1];
    start = new int[size + 1];
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
  }

  private static double nanos(long items, long length, CostModel cost, long budget, int maxItems) {
    long perBatch = Math.clamp(budget / length, 1, maxItems);
    long batches = (items + perBatch - 1) / perBatch;
    return batches * cost.launch() + items * length * (cost.perToken() + cost.quadratic() * length);
  }

  /** Nanoseconds of all items on one slot. */
  double nanos() {
    return best[best.length - 1];
  }

  /** The groups, those of the longest lengths first. */
  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (int to = best.length - 1; to > 0; to = start[to]) {
      groups.add(new Group(start[to], to - 1));
    }
    return groups;
  }
}
