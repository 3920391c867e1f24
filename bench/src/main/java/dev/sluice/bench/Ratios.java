package dev.sluice.bench;

import java.util.Arrays;

/** Ours against a baseline, round by round: the medians of both and the spread of their ratios. */
final class Ratios {

  private final double[] ours;
  private final double[] baseline;

  Ratios(double[] ours, double[] baseline) {
    this.ours = ours;
    this.baseline = baseline;
  }

  private double[] sorted() {
    double[] ratios = new double[ours.length];
    Arrays.setAll(ratios, round -> ours[round] / baseline[round]);
    Arrays.sort(ratios);
    return ratios;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  Row row(String benchmark, String model, String figure, String target) {
    double[] ratios = sorted();
    return Row.of(
        benchmark,
        "model",
        model,
        "figure",
        figure,
        "ours",
        median(ours),
        "baseline",
        median(baseline),
        "ratio",
        median(ratios),
        "least",
        ratios[0],
        "most",
        ratios[ratios.length - 1],
        "target",
        target);
  }
}
