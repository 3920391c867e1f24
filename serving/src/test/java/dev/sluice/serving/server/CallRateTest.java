package dev.sluice.serving.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CallRateTest {

  private final CallRate rate = new CallRate();

  @Test
  void steadyCallsHaveTheirRate() {
    double measured = 0;
    for (int call = 0; call < 10_000; call++) {
      measured = rate.answered(call * 10_000_000L);
    }
    assertThat(measured).isCloseTo(100, within(1.0));
  }

  @Test
  void afterARestTheCallsOfBeforeDoNotCount() {
    for (int call = 0; call < 1000; call++) {
      var _ = rate.answered(call * 1_000_000L);
    }
    assertThat(rate.answered(60_000_000_000L)).isCloseTo(0.5, within(1e-6));
  }
}
