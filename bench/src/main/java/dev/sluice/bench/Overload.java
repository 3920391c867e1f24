package dev.sluice.bench;

import dev.sluice.bench.overload.CallKind;
import dev.sluice.bench.overload.LoadOrder;
import dev.sluice.bench.overload.OverloadRun;
import dev.sluice.bench.overload.Tenants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A cluster under up to five times the load that it can bear: what callers get, how soon the others
 * are refused, what it takes in memory, and when it is as before.
 */
final class Overload implements Benchmark {

  private static final double[] FACTORS = {0.5, 1, 2, 5};
  private static final double FLOOD = 5;

  /** All loads take turns so often, so that what else the machine does meets each of them. */
  private static final int ROUNDS = 3;

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
    return "22 minutes, short 7";
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
    double normal = NORMAL * run.load(List.of(alone)).load().goodTimes().p99();
    System.err.printf("%s: normal are %.0f ms%n", kind, normal);
    OverloadRun.Outcome[] outcomes = new OverloadRun.Outcome[FACTORS.length];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < FACTORS.length; i++) {
        LoadOrder order =
            LoadOrder.open(kind, target, FACTORS[i] * capacity, run.seconds())
                .with(headers)
                .seeded((long) (10 * FACTORS[i]) + round)
                .untilNormal(normal);
        OverloadRun.Outcome outcome = run.load(List.of(order));
        System.err.println(FACTORS[i] + ": " + outcome);
        outcomes[i] = round == 0 ? outcome : outcomes[i].and(outcome);
      }
    }
    double best =
        Arrays.stream(outcomes).mapToDouble(each -> each.load().goodput()).max().orElseThrow();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < FACTORS.length; i++) {
      rows.add(
          LoadRow.of(
              name(), LoadRow.lower(kind), FACTORS[i] + "x", best, capacity, outcomes[i], 0));
    }
    return rows;
  }
}
