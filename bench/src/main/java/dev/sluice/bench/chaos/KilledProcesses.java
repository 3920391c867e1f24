package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.GATEWAY;
import static dev.sluice.bench.chaos.Cluster.RERANK;

import java.io.IOException;
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
        cluster -> kill(List.of(cluster.one(service))),
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
        cluster -> kill(cluster.all(service)),
        SECONDS,
        cluster -> {
          for (ServerProcess each : cluster.all(service)) {
            each.restart();
          }
        },
        withoutAll(service));
  }

  /** Whose reranking is left out works on, beside two processes that start on the same cores. */
  private static Expectation withoutAll(String service) {
    Expectation expectation = Scenarios.without(service, 20, "UNAVAILABLE");
    return service.equals(RERANK)
        ? expectation.failing(2, "RESOURCE_EXHAUSTED CALL_LIMIT")
        : expectation;
  }

  /** Kills them all: each had callers, ended by it, and lost them. */
  static Evidence kill(List<ServerProcess> victims) throws IOException {
    List<Evidence> each = new ArrayList<>();
    for (ServerProcess victim : victims) {
      long callers = victim.connections();
      victim.kill();
      String missing = missing(victim, callers);
      each.add(() -> missing);
    }
    return Evidence.all(each);
  }

  private static String missing(ServerProcess victim, long callers) throws IOException {
    if (callers == 0) {
      return "nobody was connected to " + victim;
    }
    return victim.isKilled() && victim.connections() == 0 ? "" : victim + " was not killed";
  }

  private static Scenario gateway() {
    return Scenario.of(
        "kill-gateway",
        "kill -9 of the gateway amid its writes",
        Layout.PLAIN,
        cluster -> kill(List.of(cluster.one(GATEWAY))),
        1,
        cluster -> cluster.one(GATEWAY).restart(),
        Expectation.recovered(20).failing(100, "UNAVAILABLE").showing("UNAVAILABLE"));
  }
}
