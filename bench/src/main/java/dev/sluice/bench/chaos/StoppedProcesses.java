package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.GATEWAY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that are stopped with SIGSTOP, and go on later. */
final class StoppedProcesses {

  private static final int SECONDS = 10;

  private StoppedProcesses() {}

  static List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    for (String service : Scenarios.services()) {
      scenarios.add(one(service));
      scenarios.add(all(service));
    }
    scenarios.add(gateway());
    return scenarios;
  }

  /** Forwarded calls are not made twice: those on their way to it end at their deadlines. */
  private static Scenario one(String service) {
    return Scenario.of(
        "stop-" + service,
        "SIGSTOP of one of two replicas of " + service + ", SIGCONT later",
        Layout.PLAIN,
        cluster -> stop(List.of(cluster.one(service))),
        SECONDS,
        cluster -> cluster.one(service).signal("CONT"),
        Expectation.recovered(15)
            .failing(10, "UNAVAILABLE", "DEADLINE_EXCEEDED")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED", "INCOMPLETE"));
  }

  private static Scenario all(String service) {
    return Scenario.of(
        "stop-all-" + service,
        "SIGSTOP of all replicas of " + service + ", SIGCONT later",
        Layout.PLAIN,
        cluster -> stop(cluster.all(service)),
        SECONDS,
        cluster -> {
          for (ServerProcess each : cluster.all(service)) {
            each.signal("CONT");
          }
        },
        Scenarios.without(service, 20, "UNAVAILABLE", "DEADLINE_EXCEEDED"));
  }

  /** Stops them all: each had callers, and still stands when it is asked. */
  private static Evidence stop(List<ServerProcess> victims)
      throws IOException, InterruptedException {
    List<Evidence> each = new ArrayList<>();
    for (ServerProcess victim : victims) {
      long callers = victim.connections();
      victim.signal("STOP");
      each.add(() -> callers == 0 ? "nobody was connected to " + victim : notStopped(victim));
    }
    return Evidence.all(each);
  }

  private static String notStopped(ServerProcess victim) throws IOException {
    return victim.isStopped() ? "" : victim + " was not stopped";
  }

  /** What piled up in its sockets comes at once when it goes on: a flood, for a moment. */
  private static Scenario gateway() {
    return Scenario.of(
            "stop-gateway",
            "SIGSTOP of the gateway, SIGCONT later",
            Layout.PLAIN,
            cluster -> stop(List.of(cluster.one(GATEWAY))),
            SECONDS,
            cluster -> cluster.one(GATEWAY).signal("CONT"),
            Expectation.recovered(20)
                .failing(100, "DEADLINE_EXCEEDED", "UNAVAILABLE", "RESOURCE_EXHAUSTED CALL_LIMIT")
                .degraded("LEXICAL_ONLY", "RERANK_SKIPPED", "INCOMPLETE")
                .showing("DEADLINE_EXCEEDED"))
        .keepingDeadlines();
  }
}
