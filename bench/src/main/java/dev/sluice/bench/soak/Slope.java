package dev.sluice.bench.soak;

import java.util.Arrays;
import java.util.List;

/**
 * The slope of measurements over time that an outlier cannot turn: the median of the slopes between
 * all pairs (Theil, 1950; Sen, 1968).
 */
final class Slope {

  private Slope() {}

  /** Growth from one measurement to the next; 0 with fewer than two. */
  static double of(List<Double> values) {
    double[] slopes = new double[values.size() * (values.size() - 1) / 2];
    int pair = 0;
    for (int i = 0; i < values.size(); i++) {
      for (int j = i + 1; j < values.size(); j++) {
        slopes[pair] = (values.get(j) - values.get(i)) / (j - i);
        pair++;
      }
    }
    Arrays.sort(slopes);
    int middle = slopes.length / 2;
    if (slopes.length == 0) {
      return 0;
    }
    return slopes.length % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
  }
}
