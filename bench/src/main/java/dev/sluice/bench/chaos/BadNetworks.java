package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.EMBED;
import static dev.sluice.bench.chaos.Cluster.GATEWAY;
import static dev.sluice.bench.chaos.Cluster.GENERATE;
import static dev.sluice.bench.chaos.Cluster.RERANK;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Links between callers, gateway and services that are slow, or dead without saying so, or break.
 */
final class BadNetworks {

  private static final int SECONDS = 10;
  private static final int RESETS = 20;
  private static final long BETWEEN_MILLIS = 400;

  private BadNetworks() {}

  static List<Scenario> scenarios() {
    return List.of(
        slow(),
        slowReplica(),
        narrow(),
        halfOpen(),
        halfOpenAll(),
        blackHole(),
        resets(),
        callers());
  }

  private static Scenario linked(
      String name, String fault, Scenario.Step begin, Scenario.Step end, Expectation expectation) {
    return Scenario.of(name, fault, Layout.LINKED, begin, SECONDS, end, expectation);
  }

  /** A search crosses it three times there and back. */
  private static Scenario slow() {
    return linked(
        "slow-network",
        "30 to 60 ms each way between the gateway and all services",
        cluster -> cluster.inner().forEach(link -> link.conduct(Conduct.slow(30, 30))),
        cluster -> cluster.inner().forEach(link -> link.conduct(Conduct.GOOD)),
        Expectation.recovered(10));
  }

  private static Scenario slowReplica() {
    return linked(
        "slow-replica",
        "400 to 500 ms each way to one of two replicas of each service",
        cluster -> {
          for (String service : Scenarios.services()) {
            cluster.links(service).getFirst().conduct(Conduct.slow(400, 100));
          }
        },
        cluster -> cluster.inner().forEach(link -> link.conduct(Conduct.GOOD)),
        Expectation.recovered(15)
            .failing(3, "DEADLINE_EXCEEDED")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED"));
  }

  private static Scenario narrow() {
    return linked(
        "narrow-network",
        "10 kB/s each way to one of two replicas of rerank and of generate",
        cluster -> {
          cluster.links(RERANK).getFirst().conduct(Conduct.narrow(10_000));
          cluster.links(GENERATE).getFirst().conduct(Conduct.narrow(10_000));
        },
        cluster -> cluster.inner().forEach(link -> link.conduct(Conduct.GOOD)),
        Expectation.recovered(15)
            .failing(5, "DEADLINE_EXCEEDED")
            .degraded("RERANK_SKIPPED", "INCOMPLETE"));
  }

  /** The gateway's pings find it: 10 s after the last byte, and 5 s without an answer. */
  private static Scenario halfOpen() {
    return Scenario.of(
        "half-open",
        "connections to one of two replicas of each service swallow all bytes and stay open",
        Layout.LINKED,
        cluster -> {
          for (String service : Scenarios.services()) {
            cluster.links(service).getFirst().swallow();
          }
        },
        1,
        cluster -> {},
        Expectation.recovered(25)
            .failing(15, "UNAVAILABLE", "DEADLINE_EXCEEDED")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED", "INCOMPLETE"));
  }

  private static Scenario halfOpenAll() {
    return Scenario.of(
        "half-open-all",
        "connections to all replicas of embed swallow all bytes and stay open; new ones work",
        Layout.LINKED,
        cluster -> cluster.links(EMBED).forEach(Link::swallow),
        1,
        cluster -> {},
        Scenarios.without(EMBED, 30, "UNAVAILABLE", "DEADLINE_EXCEEDED"));
  }

  private static Scenario blackHole() {
    return linked(
        "black-hole",
        "connections to all replicas of rerank, new ones too, swallow all bytes",
        cluster ->
            cluster
                .links(RERANK)
                .forEach(link -> {
                  link.conduct(Conduct.BLACK_HOLE);
                  link.swallow();
                }),
        cluster -> cluster.links(RERANK).forEach(link -> link.conduct(Conduct.GOOD)),
        Scenarios.without(RERANK, 30));
  }

  private static Scenario resets() {
    return linked(
        "resets",
        RESETS + " times within 8 s all connections to one of two replicas of each service break",
        cluster -> {
          for (int i = 0; i < RESETS; i++) {
            for (String service : Scenarios.services()) {
              cluster.links(service).getFirst().reset();
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
          }
        },
        cluster -> {},
        Expectation.recovered(10)
            .failing(10, "UNAVAILABLE")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED", "INCOMPLETE"));
  }

  private static Scenario callers() {
    return linked(
        "caller-resets",
        RESETS + " times within 8 s the callers' connection breaks in the middle of their calls",
        cluster -> {
          for (int i = 0; i < RESETS; i++) {
            cluster.links(GATEWAY).getFirst().reset();
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
          }
        },
        cluster -> {},
        Expectation.recovered(10).failing(100, "UNAVAILABLE").showing("UNAVAILABLE"));
  }
}
