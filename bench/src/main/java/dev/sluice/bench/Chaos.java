package dev.sluice.bench;

import dev.sluice.bench.chaos.ChaosPage;
import dev.sluice.bench.chaos.ChaosRun;
import dev.sluice.bench.chaos.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What becomes of a cluster of real processes, and of its callers, when something breaks. */
final class Chaos implements Benchmark {

  private static final String WRITE = "--write";
  private static final String OUTCOME = "outcome";

  @Override
  public String name() {
    return "chaos";
  }

  @Override
  public String measures() {
    return "faults of processes, network, disk, clock and models, each against what is expected of"
        + " it; options: names of faults, "
        + WRITE
        + " (the table of docs/chaos.md, or the named rows of it)";
  }

  @Override
  public String takes() {
    return "twenty to thirty minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<String> names = options.stream().filter(each -> !each.equals(WRITE)).toList();
    List<Outcome> outcomes = ChaosRun.of(names);
    if (options.contains(WRITE)) {
      ChaosPage.write(outcomes, names.isEmpty());
    }
    List<Row> rows = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      rows.add(
          Row.of(
              name(),
              "fault",
              outcome.name(),
              OUTCOME,
              outcome.words(),
              "calls",
              outcome.count(),
              "failed",
              outcome.failed(),
              "degraded",
              outcome.degraded(),
              "latest after deadline ms",
              outcome.latest(),
              "recovered after s",
              outcome.recoveredAfter()));
    }
    return rows;
  }

  @Override
  public boolean holds(List<Row> rows) {
    return rows.stream()
        .noneMatch(row -> String.valueOf(row.figures().get(OUTCOME)).startsWith("broken"));
  }
}
