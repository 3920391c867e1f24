package dev.sluice.bench.soak;

import java.util.List;

/**
 * Whether a figure of a process grows. Judged over the later half of the measurements, when caches
 * are full and code is compiled: its slope, times the length of that half, against the tolerance.
 *
 * @param first the first measurement
 * @param last the last one
 * @param growth over the later half
 * @param tolerance that the growth may have
 */
public record Verdict(double first, double last, double growth, double tolerance) {

  /** Fewer measurements say nothing. */
  static final int FEWEST = 4;

  static Verdict of(Figure figure, List<Double> values) {
    List<Double> later = values.subList(values.size() / 2, values.size());
    double growth = Slope.of(later) * Math.max(later.size() - 1, 0);
    double middle = later.stream().mapToDouble(each -> each).average().orElse(0);
    double first = values.isEmpty() ? 0 : values.getFirst();
    double last = values.isEmpty() ? 0 : values.getLast();
    return figure == Figure.QUEUED
        ? new Verdict(first, last, last, 0)
        : new Verdict(first, last, growth, figure.tolerance(middle));
  }

  public boolean grows() {
    return growth > tolerance;
  }
}
