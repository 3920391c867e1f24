package dev.sluice.standalone.eval;

import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalDouble;

/** How well a score tells two groups apart. */
final class Separation {

  private Separation() {}

  /**
   * The area under the ROC curve: how often a random member of {@code higher} scores above a random
   * member of {@code lower}, ties counted half (Mann and Whitney). Empty when a group is.
   */
  static OptionalDouble auc(Collection<Double> higher, Collection<Double> lower) {
    if (higher.isEmpty() || lower.isEmpty()) {
      return OptionalDouble.empty();
    }
    double[] sorted = lower.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double wins = 0;
    for (double score : higher) {
      wins += (below(sorted, score) + notAbove(sorted, score)) / 2.0;
    }
    return OptionalDouble.of(wins / ((double) higher.size() * lower.size()));
  }

  private static int below(double[] sorted, double score) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int notAbove(double[] sorted, double score) {
    return below(sorted, Math.nextUp(score));
  }

  /**
   * The threshold below which at most {@code share} of the scores lie, so that refusing what is
   * below it wrongly refuses at most that share. Empty without scores.
   */
  static OptionalDouble threshold(Collection<Double> scores, double share) {
    double[] sorted = scores.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int refused = (int) Math.floor(share * sorted.length);
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[Math.min(refused, sorted.length - 1)]);
  }

  /** The share of scores below a threshold; empty without scores. */
  static OptionalDouble shareBelow(Collection<Double> scores, double threshold) {
    double[] sorted = scores.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) below(sorted, threshold) / sorted.length);
  }
}
