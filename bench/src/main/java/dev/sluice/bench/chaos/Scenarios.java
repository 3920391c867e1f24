package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.EMBED;
import static dev.sluice.bench.chaos.Cluster.GENERATE;
import static dev.sluice.bench.chaos.Cluster.RERANK;

import dev.sluice.standalone.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All scenarios, in an order in which those of a layout stand together. */
final class Scenarios {

  private Scenarios() {}

  /**
   * Those named, or all without names.
   *
   * @throws CommandFailure for a name that none has
   */
  static List<Scenario> named(List<String> names) {
    List<Scenario> all = all();
    Set<String> unknown = new TreeSet<>(names);
    all.forEach(scenario -> unknown.remove(scenario.name()));
    if (!unknown.isEmpty()) {
      String known = all.stream().map(Scenario::name).collect(Collectors.joining(", "));
      throw new CommandFailure("no fault named " + unknown + "; there are " + known);
    }
    return all.stream()
        .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
        .toList();
  }

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    all.addAll(KilledProcesses.scenarios());
    all.addAll(StoppedProcesses.scenarios());
    all.addAll(BadNetworks.scenarios());
    all.addAll(FullDisks.scenarios());
    all.addAll(ClockSteps.scenarios());
    all.addAll(LyingModels.scenarios());
    return all;
  }

  /** The services, in the order of a request. */
  static List<String> services() {
    return List.of(EMBED, RERANK, GENERATE);
  }

  /**
   * What is left out when no replica of a service answers; in answers for want of one nothing is.
   */
  static Expectation without(String service, int seconds, String... codes) {
    Expectation expectation = Expectation.recovered(seconds);
    return switch (service) {
      case EMBED ->
          expectation
              .failing(60, codes)
              .degraded("LEXICAL_ONLY")
              .showing("LEXICAL_ONLY")
              .sparing(Kind.READ, Kind.DELETE);
      case RERANK ->
          expectation
              .degraded("RERANK_SKIPPED")
              .showing("RERANK_SKIPPED")
              .sparing(Kind.READ, Kind.DELETE, Kind.UPSERT, Kind.EMBED);
      default ->
          expectation
              .failing(20, codes)
              .degraded("INCOMPLETE")
              .showing(codes)
              .sparing(Kind.READ, Kind.DELETE, Kind.UPSERT, Kind.EMBED, Kind.SEARCH);
    };
  }
}
