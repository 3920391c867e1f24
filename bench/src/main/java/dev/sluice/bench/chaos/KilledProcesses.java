package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.GATEWAY;

import java.util.ArrayList;
import java.util.List;

/** Processes that are killed with {@code kill -9} and started again. */
final class KilledProcesses {

  private static final int SECONDS = 6;

  private KilledProcesses() {}

  static List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    for (String service : Scenarios.services()) {
      scenarios.add(one(service));
      scenarios.add(all(service));
    }
    scenarios.add(gateway());
    return scenarios;
  }

  /** The calls in flight on it may fail, and no more. */
  private static Scenario one(String service) {
    return Scenario.of(
        "kill-" + service,
        "kill -9 of one of two replicas of " + service,
        Layout.PLAIN,
        cluster -> cluster.one(service).kill(),
        SECONDS,
        cluster -> cluster.one(service).restart(),
        Expectation.recovered(10)
            .failing(3, "UNAVAILABLE")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED", "INCOMPLETE"));
  }

  private static Scenario all(String service) {
    return Scenario.of(
        "kill-all-" + service,
        "kill -9 of all replicas of " + service,
        Layout.PLAIN,
        cluster -> cluster.all(service).forEach(ServerProcess::kill),
        SECONDS,
        cluster -> {
          for (ServerProcess each : cluster.all(service)) {
            each.restart();
          }
        },
        Scenarios.without(service, 20, "UNAVAILABLE"));
  }

  private static Scenario gateway() {
    return Scenario.of(
        "kill-gateway",
        "kill -9 of the gateway amid its writes",
        Layout.PLAIN,
        cluster -> cluster.one(GATEWAY).kill(),
        1,
        cluster -> cluster.one(GATEWAY).restart(),
        Expectation.recovered(20).failing(100, "UNAVAILABLE").showing("UNAVAILABLE"));
  }
}
