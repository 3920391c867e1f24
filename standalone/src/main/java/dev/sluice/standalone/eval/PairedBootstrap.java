package dev.sluice.standalone.eval;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How sure the mean of paired differences is: the percentile interval of its bootstrap distribution
 * (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13; for comparing rankings:
 * Sakai, SIGIR 2006). The queries are drawn with replacement, each with its difference. The same
 * differences always give the same interval.
 */
final class PairedBootstrap {

  /** Fewer pairs than this give intervals that are far too narrow. */
  static final int FEWEST_PAIRS = 10;

  static final int RESAMPLES = 10_000;

  /** What lies outside the interval on each side. */
  private static final double TAIL = 0.025;

  private static final long SEED = 20060806;

  private PairedBootstrap() {}

  /**
   * @param low and high, between which the mean of other queries lies with 95 % confidence
   * @param p the smallest part left outside an interval that does not contain 0: how easily a
   *     difference like this comes about when there is none
   */
  record Interval(double low, double high, double p) {

    /** Whether it lies on one side of 0. */
    boolean significant() {
      return low > 0 || high < 0;
    }

    boolean isDrop() {
      return high < 0;
    }
  }

  /** The interval of the mean; empty for fewer than {@link #FEWEST_PAIRS} differences. */
  static Optional<Interval> of(double[] differences) {
    if (differences.length < FEWEST_PAIRS) {
      return Optional.empty();
    }
    double[] means = means(differences);
    Arrays.sort(means);
    int outside = (int) (RESAMPLES * TAIL);
    return Optional.of(
        new Interval(means[outside], means[RESAMPLES - 1 - outside], twoSided(means)));
  }

  private static double[] means(double[] differences) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int drawn = 0; drawn < differences.length; drawn++) {
        sum += differences[random.nextInt(differences.length)];
      }
      means[i] = sum / differences.length;
    }
    return means;
  }

  /** Counts the one more sample that was observed, so that nothing is impossible. */
  private static double twoSided(double[] means) {
    double notAbove = 1 + Arrays.stream(means).filter(mean -> mean <= 0).count();
    double notBelow = 1 + Arrays.stream(means).filter(mean -> mean >= 0).count();
    return Math.min(1, 2 * Math.min(notAbove, notBelow) / (RESAMPLES + 1));
  }
}
