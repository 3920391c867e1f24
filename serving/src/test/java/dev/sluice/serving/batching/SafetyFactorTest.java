package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SafetyFactorTest {

  private final SafetyFactor safety = new SafetyFactor();
  private long now = Machine.HOUR;

  private void observe(long slack, boolean late, int times) {
    for (int i = 0; i < times; i++) {
      safety.observe(slack, late, now);
    }
  }

  @Test
  void itGrowsWithEachLateRequestAndShrinksWithOthers() {
    observe(50 * MS, true, 1);
    double grown = safety.value(50 * MS, now);
    assertThat(grown).isGreaterThan(1);
    observe(50 * MS, false, 1);
    assertThat(safety.value(50 * MS, now)).isLessThan(grown).isGreaterThan(1);
  }

  @Test
  void itRestsWhereOneInTwoHundredIsLate() {
    observe(50 * MS, true, 20);
    double before = safety.value(50 * MS, now);
    for (int round = 0; round < 50; round++) {
      observe(50 * MS, true, 1);
      observe(50 * MS, false, 199);
    }
    assertThat(safety.value(50 * MS, now)).isCloseTo(before, within(1e-9));
  }

  @Test
  void itIsBoundedBothWays() {
    observe(50 * MS, true, 100_000);
    assertThat(safety.value(50 * MS, now)).isEqualTo(4);
    assertThat(safety.largest(now)).isEqualTo(4);
    observe(50 * MS, false, 100_000);
    assertThat(safety.value(50 * MS, now)).isEqualTo(0.4);
  }

  @Test
  void eachMagnitudeOfTimeHasItsOwn() {
    observe(50 * MS, true, 50);
    assertThat(safety.value(2000 * MS, now)).isEqualTo(1);
    assertThat(safety.value(1, now)).isEqualTo(1);
    assertThat(safety.value(Long.MAX_VALUE, now)).isEqualTo(1);
  }

  @Test
  void whatIsAboveOneIsForgotten() {
    observe(50 * MS, true, 36);
    now += 30_000 * MS;
    assertThat(safety.value(50 * MS, now)).isCloseTo(1.36, within(0.01));
    now += 300_000 * MS;
    assertThat(safety.value(50 * MS, now)).isCloseTo(1, within(0.01));
  }

  @Test
  void whatIsBelowOneIsNot() {
    observe(50 * MS, false, 1000);
    double before = safety.value(50 * MS, now);
    now += 300_000 * MS;
    assertThat(safety.value(50 * MS, now)).isEqualTo(before).isLessThan(1);
  }
}
