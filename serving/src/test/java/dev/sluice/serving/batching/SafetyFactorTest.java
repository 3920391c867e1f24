package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SafetyFactorTest {

  private final SafetyFactor safety = new SafetyFactor();

  private void observe(long slack, boolean late, int times) {
    for (int i = 0; i < times; i++) {
      safety.observe(slack, late);
    }
  }

  @Test
  void itGrowsWithEachLateRequestAndShrinksWithOthers() {
    observe(50 * MS, true, 1);
    double grown = safety.value(50 * MS);
    assertThat(grown).isGreaterThan(1);
    observe(50 * MS, false, 1);
    assertThat(safety.value(50 * MS)).isLessThan(grown).isGreaterThan(1);
  }

  @Test
  void itRestsWhereOneInTwoHundredIsLate() {
    observe(50 * MS, true, 20);
    double before = safety.value(50 * MS);
    for (int round = 0; round < 50; round++) {
      observe(50 * MS, true, 1);
      observe(50 * MS, false, 199);
    }
    assertThat(safety.value(50 * MS)).isCloseTo(before, within(1e-9));
  }

  @Test
  void itIsBoundedBothWays() {
    observe(50 * MS, true, 100_000);
    assertThat(safety.value(50 * MS)).isEqualTo(4);
    assertThat(safety.largest()).isEqualTo(4);
    observe(50 * MS, false, 100_000);
    assertThat(safety.value(50 * MS)).isEqualTo(0.4);
  }

  @Test
  void eachMagnitudeOfTimeHasItsOwn() {
    observe(50 * MS, true, 50);
    assertThat(safety.value(2000 * MS)).isEqualTo(1);
    assertThat(safety.value(1)).isEqualTo(1);
    assertThat(safety.value(Long.MAX_VALUE)).isEqualTo(1);
  }
}
