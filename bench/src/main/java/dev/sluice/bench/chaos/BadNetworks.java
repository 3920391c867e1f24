package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.EMBED;
import static dev.sluice.bench.chaos.Cluster.GATEWAY;
import static dev.sluice.bench.chaos.Cluster.GENERATE;
import static dev.sluice.bench.chaos.Cluster.RERANK;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

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
      String name, String fault, Scenario.Onset begin, Scenario.Step end, Expectation expectation) {
    return Scenario.of(name, fault, Layout.LINKED, begin, SECONDS, end, expectation);
  }

  /** The way to one of two replicas of each service. */
  private static List<Link> ofOne(Cluster cluster) {
    return Scenarios.services().stream().map(service -> cluster.links(service).getFirst()).toList();
  }

  private static Evidence delay(List<Link> links, Conduct conduct) throws Exception {
    Evidence delayed = each(links, "bytes were delayed by ", LinkCounts::delayed);
    links.forEach(link -> link.conduct(conduct));
    return delayed;
  }

  private static Evidence swallow(List<Link> links) throws Exception {
    Evidence swallowed = each(links, "bytes were swallowed by ", LinkCounts::swallowed);
    links.forEach(Link::swallow);
    return swallowed;
  }

  /** Breaks connections off again and again. */
  private static Evidence reset(List<Link> links) throws Exception {
    Evidence broken = each(links, "connections were broken by ", LinkCounts::broken);
    for (int i = 0; i < RESETS; i++) {
      links.forEach(Link::reset);
      TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
    }
    return broken;
  }

  /** That each of the links does more than it has done. */
  private static Evidence each(List<Link> links, String what, ToLongFunction<LinkCounts> count)
      throws Exception {
    List<Evidence> all = new ArrayList<>();
    for (Link link : links) {
      all.add(Evidence.counted(what + link, () -> count.applyAsLong(link.counts())));
    }
    return Evidence.all(all);
  }

  private static void mend(Cluster cluster) {
    cluster.inner().forEach(link -> link.conduct(Conduct.GOOD));
  }

  /** A search crosses it three times there and back. */
  private static Scenario slow() {
    return linked(
        "slow-network",
        "30 to 60 ms each way between the gateway and all services",
        cluster -> delay(cluster.inner(), Conduct.slow(30, 30)),
        BadNetworks::mend,
        Expectation.recovered(10));
  }

  private static Scenario slowReplica() {
    return linked(
        "slow-replica",
        "400 to 500 ms each way to one of two replicas of each service",
        cluster -> delay(ofOne(cluster), Conduct.slow(400, 100)),
        BadNetworks::mend,
        Expectation.recovered(15)
            .failing(3, "DEADLINE_EXCEEDED")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED"));
  }

  private static Scenario narrow() {
    return linked(
        "narrow-network",
        "10 kB/s each way to one of two replicas of rerank and of generate",
        cluster ->
            delay(
                List.of(cluster.links(RERANK).getFirst(), cluster.links(GENERATE).getFirst()),
                Conduct.narrow(10_000)),
        BadNetworks::mend,
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
        cluster -> swallow(ofOne(cluster)),
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
        cluster -> swallow(cluster.links(EMBED)),
        1,
        cluster -> {},
        Scenarios.without(EMBED, 30, "UNAVAILABLE", "DEADLINE_EXCEEDED"));
  }

  private static Scenario blackHole() {
    return linked(
        "black-hole",
        "connections to all replicas of rerank, new ones too, swallow all bytes",
        cluster -> {
          cluster.links(RERANK).forEach(link -> link.conduct(Conduct.BLACK_HOLE));
          return swallow(cluster.links(RERANK));
        },
        BadNetworks::mend,
        Scenarios.without(RERANK, 30));
  }

  private static Scenario resets() {
    return linked(
        "resets",
        RESETS + " times within 8 s all connections to one of two replicas of each service break",
        cluster -> reset(ofOne(cluster)),
        cluster -> {},
        Expectation.recovered(10)
            .failing(10, "UNAVAILABLE")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED", "INCOMPLETE"));
  }

  private static Scenario callers() {
    return linked(
        "caller-resets",
        RESETS + " times within 8 s the callers' connection breaks in the middle of their calls",
        cluster -> reset(cluster.links(GATEWAY)),
        cluster -> {},
        Expectation.recovered(10).failing(100, "UNAVAILABLE").showing("UNAVAILABLE"));
  }
}
