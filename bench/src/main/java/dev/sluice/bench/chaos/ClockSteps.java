package dev.sluice.bench.chaos;

import java.util.List;

/** Wall clocks that jump while everything runs. */
final class ClockSteps {

  private static final int SECONDS = 10;
  private static final long HOUR = 3600;

  private ClockSteps() {}

  static List<Scenario> scenarios() {
    return List.of(
        all("clock-forward", "an hour forward", HOUR),
        all("clock-back", "an hour back", -HOUR),
        gateway());
  }

  private static Scenario all(String name, String step, long seconds) {
    return Scenario.of(
        name,
        "the wall clocks of all processes jump " + step + ", and back again",
        Layout.STEPPED_CLOCKS,
        cluster -> {
          cluster.gatewayClock().step(seconds);
          cluster.servicesClock().step(seconds);
        },
        SECONDS,
        cluster -> {
          cluster.gatewayClock().step(0);
          cluster.servicesClock().step(0);
        },
        Expectation.recovered(5));
  }

  private static Scenario gateway() {
    return Scenario.of(
        "clock-gateway",
        "the gateway's wall clock alone jumps an hour forward, and back again",
        Layout.STEPPED_CLOCKS,
        cluster -> cluster.gatewayClock().step(HOUR),
        SECONDS,
        cluster -> cluster.gatewayClock().step(0),
        Expectation.recovered(5));
  }
}
