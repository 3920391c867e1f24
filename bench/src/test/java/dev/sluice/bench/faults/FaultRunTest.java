package dev.sluice.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultRunTest {

  private static FaultRun.Result after(Double... seconds) {
    return new FaultRun.Result(2000, 0, 1, 10, List.of(seconds));
  }

  @Test
  void withoutASlowSecondItRecoversAtOnce() {
    assertThat(after(10.0, 20.0, 15.0).secondsToRecover()).hasValue(0);
  }

  @Test
  void aGoodSecondBetweenSlowOnesIsNoRecovery() {
    assertThat(after(30.0, 10.0, 30.0, 10.0, 12.0).secondsToRecover()).hasValue(3);
  }

  @Test
  void aSlowLastSecondIsNoRecovery() {
    assertThat(after(10.0, 10.0, 30.0).secondsToRecover()).isEmpty();
  }
}
