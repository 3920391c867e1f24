package dev.sluice.standalone.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.standalone.eval.PairedBootstrap.Interval;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {

  private static Interval interval(double... differences) {
    return PairedBootstrap.of(differences).orElseThrow();
  }

  /** Evenly spread over one to each side of the mean. */
  private static double[] even(long seed, int count, double mean) {
    return new Random(seed).doubles(count).map(u -> mean + 2 * u - 1).toArray();
  }

  @Test
  void noDifferencesLeaveNoDoubt() {
    assertThat(interval(new double[50])).isEqualTo(new Interval(0, 0, 1));
  }

  @Test
  void theSameDifferenceEverywhereIsCertain() {
    double[] same = new double[20];
    Arrays.fill(same, -0.25);

    assertThat(interval(same).low()).isEqualTo(-0.25);
    assertThat(interval(same).high()).isEqualTo(-0.25);
    assertThat(interval(same).isDrop()).isTrue();
    assertThat(interval(same).p()).isCloseTo(2.0 / 10_001, within(1e-9));
  }

  @Test
  void theIntervalIsThatOfTheBinomialDistribution() {
    // 100 differences, half of them 0 and half 1: a resample's mean is binomial(100, 1/2) / 100,
    // whose quantiles at 2.5 and 97.5 % are 0.40 and 0.60.
    double[] halves = new double[100];
    Arrays.fill(halves, 0, 50, 1);

    Interval interval = interval(halves);

    assertThat(interval.low()).isCloseTo(0.40, within(0.011));
    assertThat(interval.high()).isCloseTo(0.60, within(0.011));
  }

  @Test
  void theProbabilityIsThatOfTheBinomialDistribution() {
    // Of 10 differences one is 1, the others are 0: a resample misses it with .9^10 = .3487, and
    // twice that lies at or below 0.
    double[] one = new double[10];
    one[3] = 1;

    assertThat(interval(one).p()).isCloseTo(2 * 0.3487, within(0.03));
    assertThat(interval(one).significant()).isFalse();
  }

  @Test
  void aSymmetricSampleIsNotSignificant() {
    double[] halves = new double[40];
    for (int i = 0; i < 40; i++) {
      halves[i] = i % 2 == 0 ? 0.5 : -0.5;
    }

    Interval interval = interval(halves);

    assertThat(interval.low()).isNegative();
    assertThat(interval.high()).isPositive();
    assertThat(interval.significant()).isFalse();
    assertThat(interval.p()).isGreaterThan(0.5);
  }

  @Test
  void aShiftThatIsLargeAgainstTheSpreadIsSignificantInItsDirection() {
    assertThat(interval(even(1, 200, -0.3)).isDrop()).isTrue();
    assertThat(interval(even(2, 200, 0.3)).significant()).isTrue();
    assertThat(interval(even(2, 200, 0.3)).isDrop()).isFalse();
  }

  @Test
  void theIntervalContainsTheMeanItWasDrawnFromAboutNineteenTimesInTwenty() {
    int contained = 0;
    for (int seed = 0; seed < 200; seed++) {
      Interval interval = interval(even(seed, 60, 0.1));
      contained += interval.low() <= 0.1 && 0.1 <= interval.high() ? 1 : 0;
    }
    // Binomial(200, .95) lies between 176 and 199 but for one time in 10,000; the seeds are fixed.
    assertThat(contained).isBetween(176, 199);
  }

  @Test
  void moreQueriesNarrowIt() {
    Interval few = interval(even(5, 30, 0));
    Interval many = interval(even(5, 3000, 0));

    assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 5);
  }

  @Test
  void theSameDifferencesGiveTheSameInterval() {
    assertThat(interval(even(9, 100, 0))).isEqualTo(interval(even(9, 100, 0)));
  }

  @Test
  void tooFewQueriesGiveNone() {
    assertThat(PairedBootstrap.of(new double[9])).isEmpty();
  }
}
