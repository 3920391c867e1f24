package dev.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Token buckets on a clock of the test's. */
class BucketsTest {

  private static final Rate TWO_A_SECOND = new Rate(2, 3);
  private static final long HALF_A_SECOND = 500_000_000L;

  private final FakeClock clock = new FakeClock();
  private final Buckets buckets = new Buckets(clock);

  @Test
  void aBurstIsThereAtOnceAndTheNextUnitAfterItsTime() {
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("a", TWO_A_SECOND)).isZero();
    }
    assertThat(buckets.take("a", TWO_A_SECOND)).isEqualTo(HALF_A_SECOND);
  }

  @Test
  void whoWaitsAsLongAsWasSaidIsServedAndWhoComesEarlierIsNot() {
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("a", TWO_A_SECOND)).isZero();
    }
    clock.pass(HALF_A_SECOND - 1, TimeUnit.NANOSECONDS);
    assertThat(buckets.take("a", TWO_A_SECOND)).isEqualTo(1);
    clock.pass(1, TimeUnit.NANOSECONDS);
    assertThat(buckets.take("a", TWO_A_SECOND)).isZero();
    assertThat(buckets.take("a", TWO_A_SECOND)).isEqualTo(HALF_A_SECOND);
  }

  @Test
  void aRefusalCostsNothing() {
    for (int i = 0; i < 100; i++) {
      var _ = buckets.take("a", TWO_A_SECOND);
    }
    clock.pass(HALF_A_SECOND, TimeUnit.NANOSECONDS);
    assertThat(buckets.take("a", TWO_A_SECOND)).isZero();
  }

  @Test
  void aDebtIsPaidBeforeTheNextUnit() {
    buckets.spend("a", TWO_A_SECOND, 13);
    assertThat(buckets.nanosUntil("a", TWO_A_SECOND, 1)).isEqualTo(11 * HALF_A_SECOND);
    clock.pass(11 * HALF_A_SECOND, TimeUnit.NANOSECONDS);
    assertThat(buckets.nanosUntil("a", TWO_A_SECOND, 1)).isZero();
  }

  @Test
  void whatIsGivenBackCanBeSpentAgainButNeverMoreThanABurst() {
    buckets.spend("a", TWO_A_SECOND, 3);
    buckets.spend("a", TWO_A_SECOND, -2);
    assertThat(buckets.nanosUntil("a", TWO_A_SECOND, 2)).isZero();
    buckets.spend("a", TWO_A_SECOND, -50);
    buckets.spend("a", TWO_A_SECOND, 3);
    assertThat(buckets.take("a", TWO_A_SECOND)).isEqualTo(HALF_A_SECOND);
  }

  @Test
  void tenantsSpendOfTheirOwn() {
    buckets.spend("a", TWO_A_SECOND, 1000);
    assertThat(buckets.take("b", TWO_A_SECOND)).isZero();
  }

  @Test
  void aHigherRatePaysADebtSooner() {
    buckets.spend("a", TWO_A_SECOND, 103);
    Rate twenty = new Rate(20, 3);
    assertThat(buckets.take("a", twenty)).isEqualTo(101 * HALF_A_SECOND / 10);
  }

  @Test
  void noDebtIsLongerThanThirtyDays() {
    buckets.spend("a", new Rate(0.001, 1), Long.MAX_VALUE / 2);
    buckets.spend("a", new Rate(0.001, 1), Long.MAX_VALUE / 2);
    clock.pass(30, TimeUnit.DAYS);
    assertThat(buckets.take("a", new Rate(0.001, 1))).isZero();
  }

  @Test
  void aBurstThatTakesLongerThanThirtyDaysToEarnIsALimitAllTheSame() {
    Rate slow = new Rate(1000, 5_000_000_000L); // 58 days
    buckets.spend("a", slow, slow.burst() - 1);
    assertThat(buckets.take("a", slow)).isZero();
    assertThat(buckets.take("a", slow)).isEqualTo(1_000_000L);
    buckets.spend("a", slow, slow.burst());
    clock.pass(30, TimeUnit.DAYS);
    assertThat(buckets.take("a", slow)).as("no debt is longer").isZero();
  }

  @Test
  void aBurstWithoutMeasureIsALimitToo() {
    Rate slowest = new Rate(1e-9, 1_000_000_000_000_000L);
    buckets.spend("a", slowest, slowest.burst());
    buckets.spend("a", slowest, 1);
    assertThat(buckets.take("a", slowest)).isEqualTo(TimeUnit.DAYS.toNanos(30));
  }

  @Test
  void aLowerRateMakesNoDebtLongerThanThirtyDays() {
    buckets.spend("a", TWO_A_SECOND, 1_000_000);
    assertThat(buckets.take("a", new Rate(0.001, 3))).isEqualTo(TimeUnit.DAYS.toNanos(30));
  }

  @Test
  void fullBucketsAreForgotten() {
    for (int i = 0; i < 5000; i++) {
      assertThat(buckets.take("tenant " + i, TWO_A_SECOND)).isZero();
    }
    assertThat(buckets.size()).isEqualTo(5000);
    clock.pass(1, TimeUnit.HOURS);
    for (int i = 0; i < 100 && buckets.size() > 0; i++) {
      // some at a time
    }
    assertThat(buckets.size()).isZero();
  }

  /** Over any time no more is taken than a burst and what was earned. */
  @Test
  void noMoreIsTakenThanTheRateAllows() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      Rate rate = new Rate(0.1 + random.nextDouble() * 1000, 1 + random.nextInt(50));
      String tenant = "round " + round;
      long taken = 0;
      long passed = 0;
      for (int i = 0; i < 2000; i++) {
        taken += buckets.take(tenant, rate) == 0 ? 1 : 0;
        long step = random.nextLong(3_000_000);
        passed += step;
        clock.pass(step, TimeUnit.NANOSECONDS);
      }
      double most = rate.burst() + passed / 1e9 * rate.perSecond();
      assertThat((double) taken).isLessThanOrEqualTo(most + 1);
      assertThat((double) taken).isGreaterThanOrEqualTo(Math.min(2000, most) * 0.9 - 2);
    }
  }
}
