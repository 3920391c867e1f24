package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BusyShareTest {

  private static final long MS = 1_000_000;

  private final BusyShare busy = new BusyShare(0);

  @Test
  void nothingIsBusyAtFirst() {
    assertThat(busy.at(1000 * MS)).isZero();
  }

  @Test
  void whatIsAlwaysBusyComesToOne() {
    busy.is(1, 0);
    assertThat(busy.at(2000 * MS)).isCloseTo(1 - 1 / Math.E, within(1e-9));
    assertThat(busy.at(60_000 * MS)).isCloseTo(1, within(1e-9));
  }

  @Test
  void aThirdOfTheTimeIsAThird() {
    long now = 0;
    for (int i = 0; i < 10_000; i++) {
      busy.is(1, now);
      now += 10 * MS;
      busy.is(0, now);
      now += 20 * MS;
    }
    assertThat(busy.at(now)).isCloseTo(1.0 / 3, within(0.01));
  }
}
