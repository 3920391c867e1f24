package dev.sluice.bench;

import dev.sluice.bench.overload.CallKind;
import dev.sluice.bench.overload.LoadOrder;
import dev.sluice.bench.overload.OverloadRun;
import dev.sluice.bench.overload.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cluster under up to five times the load that it can bear: what callers get, how soon the others
 * are refused, what it takes in memory, and when it is as before.
 */
final class Overload implements Benchmark {

  private static final double[] FACTORS = {0.5, 1, 2, 5};
  private static final double FLOOD = 5;

  /** A load lasts for so many calls at capacity, so that a few costly ones do not decide. */
  private static final double CALLS = 300;

  /** Times as long as other loads that it lasts at most. */
  private static final double LONGEST = 3;

  /**
   * Times as long as the slowest of calls one after the other that one may take when all is well.
   */
  private static final double NORMAL = 2;

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String measures() {
    return "goodput, refusals, memory and recovery at 0.5 to 5 times capacity; options: short, search,"
        + " embed, answer";
  }

  @Override
  public String takes() {
    return "18 minutes, short 5";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    boolean isShort = options.contains(LoadSetup.SHORT);
    List<CallKind> kinds =
        LoadSetup.kinds(options, CallKind.SEARCH, CallKind.EMBED, CallKind.ANSWER);
    List<Row> rows = new ArrayList<>();
    try (LoadSetup setup = LoadSetup.start(List.of(Tenants.MODEST), isShort)) {
      for (CallKind kind : kinds) {
        rows.addAll(overloaded(setup.run(isShort), kind, setup.tenants()));
      }
    }
    return rows;
  }

  private List<Row> overloaded(OverloadRun run, CallKind kind, Tenants tenants) throws Exception {
    String target = run.cluster().address("gateway");
    Map<String, String> headers = tenants.of(Tenants.MODEST);
    double capacity =
        run.capacity(List.of(LoadOrder.closed(kind, target, run.seconds() / 2).with(headers)));
    System.err.printf("%s: capacity %.1f a second%n", kind, capacity);
    LoadOrder flood =
        LoadOrder.open(kind, target, FLOOD * capacity, run.seconds()).with(headers).seeded(7);
    run.load(List.of(flood)); // until what refuses is compiled as well
    LoadOrder calm = LoadOrder.open(kind, target, FACTORS[0] * capacity, run.seconds());
    run.load(List.of(calm.with(headers).seeded(8))); // until all is let in again
    LoadOrder alone = LoadOrder.closed(kind, target, run.seconds() / 4).with(headers).seeded(9000);
    double normal = NORMAL * run.load(List.of(alone)).load().goodP99();
    System.err.printf("%s: normal are %.0f ms%n", kind, normal);
    double seconds = Math.clamp(CALLS / capacity, run.seconds(), LONGEST * run.seconds());
    List<OverloadRun.Outcome> outcomes = new ArrayList<>();
    for (double factor : FACTORS) {
      LoadOrder order =
          LoadOrder.open(kind, target, factor * capacity, seconds)
              .with(headers)
              .seeded((long) (10 * factor))
              .untilNormal(normal);
      OverloadRun.Outcome outcome = run.load(List.of(order));
      System.err.println(factor + ": " + outcome);
      outcomes.add(outcome);
    }
    double best = outcomes.stream().mapToDouble(each -> each.load().goodput()).max().orElseThrow();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < FACTORS.length; i++) {
      rows.add(
          LoadRow.of(
              name(), LoadRow.lower(kind), FACTORS[i] + "x", best, capacity, outcomes.get(i), 0));
    }
    return rows;
  }
}
