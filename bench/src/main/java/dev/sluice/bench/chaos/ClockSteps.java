package dev.sluice.bench.chaos;

import java.io.IOException;
import java.util.List;

/** Wall clocks that jump while everything runs. */
final class ClockSteps {

  private static final int SECONDS = 10;
  private static final long HOUR = 3600;

  /** Dates of HTTP have no parts of seconds, and pages take their time on a busy machine. */
  private static final long CLOSE_SECONDS = 5;

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
          return Evidence.all(List.of(gatewayAt(cluster, seconds), servicesAt(cluster, seconds)));
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
        cluster -> {
          cluster.gatewayClock().step(HOUR);
          return Evidence.all(List.of(gatewayAt(cluster, HOUR), servicesAt(cluster, 0)));
        },
        SECONDS,
        cluster -> cluster.gatewayClock().step(0),
        Expectation.recovered(5));
  }

  private static Evidence gatewayAt(Cluster cluster, long seconds) {
    return () -> elsewhere(cluster.one(Cluster.GATEWAY), seconds);
  }

  private static Evidence servicesAt(Cluster cluster, long seconds) {
    return Evidence.all(
        Scenarios.services().stream()
            .flatMap(service -> cluster.all(service).stream())
            .<Evidence>map(process -> () -> elsewhere(process, seconds))
            .toList());
  }

  /** What the process itself takes for the time, where that is not so far before ours. */
  private static String elsewhere(ServerProcess process, long seconds)
      throws IOException, InterruptedException {
    long ahead = process.secondsAhead();
    return Math.abs(ahead - seconds) <= CLOSE_SECONDS
        ? ""
        : "the clock of %s is %d s before ours, not %d s".formatted(process, ahead, seconds);
  }
}
