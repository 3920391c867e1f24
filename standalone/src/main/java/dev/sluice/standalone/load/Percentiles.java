package dev.sluice.standalone.load;

import org.HdrHistogram.Histogram;

/** How long something took, in milliseconds. */
record Percentiles(
    long count, double p50, double p90, double p95, double p99, double p999, double max) {

  private static final double MILLISECOND = 1e6;

  /**
   * @param histogram of nanoseconds
   */
  static Percentiles of(Histogram histogram) {
    return new Percentiles(
        histogram.getTotalCount(),
        at(histogram, 50),
        at(histogram, 90),
        at(histogram, 95),
        at(histogram, 99),
        at(histogram, 99.9),
        at(histogram, 100));
  }

  private static double at(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / MILLISECOND;
  }
}
