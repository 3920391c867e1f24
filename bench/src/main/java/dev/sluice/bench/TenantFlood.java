package dev.sluice.bench;

import dev.sluice.bench.overload.CallKind;
import dev.sluice.bench.overload.LoadOrder;
import dev.sluice.bench.overload.OverloadRun;
import dev.sluice.bench.overload.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Two tenants, of whom one sends five times as much as there is room for: what the other gets. */
final class TenantFlood implements Benchmark {

  private static final double FLOOD = 5;
  private static final double MODEST = 0.2;

  @Override
  public String name() {
    return "tenant-flood";
  }

  @Override
  public String measures() {
    return "goodput of a modest tenant beside one that floods; options: short, search, embed,"
        + " rerank";
  }

  @Override
  public String takes() {
    return "15 minutes, short 4";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    boolean isShort = options.contains(LoadSetup.SHORT);
    List<CallKind> kinds =
        LoadSetup.kinds(options, CallKind.SEARCH, CallKind.EMBED, CallKind.RERANK);
    List<Row> rows = new ArrayList<>();
    try (LoadSetup setup = LoadSetup.start(List.of(Tenants.MODEST, Tenants.FLOODING), isShort)) {
      OverloadRun run = setup.run(isShort);
      Tenants tenants = setup.tenants();
      if (kinds.contains(CallKind.SEARCH)) {
        rows.addAll(flooded(run, CallKind.SEARCH, "gateway", tenants::of));
      }
      if (kinds.contains(CallKind.EMBED)) {
        rows.addAll(flooded(run, CallKind.EMBED, "gateway", tenants::of));
        rows.addAll(flooded(run, CallKind.EMBED, "embed", TenantFlood::named));
      }
      if (kinds.contains(CallKind.RERANK)) {
        rows.addAll(flooded(run, CallKind.RERANK, "rerank", TenantFlood::named));
      }
    }
    return rows;
  }

  /** As the gateway says it to a service. */
  private static Map<String, String> named(String tenant) {
    return Map.of("sluice-tenant", tenant);
  }

  private List<Row> flooded(
      OverloadRun run, CallKind kind, String server, Function<String, Map<String, String>> headers)
      throws Exception {
    String target = run.cluster().address(server);
    Map<String, String> mine = headers.apply(Tenants.MODEST);
    Map<String, String> others = headers.apply(Tenants.FLOODING);
    LoadOrder closed = LoadOrder.closed(kind, target, run.seconds() / 2);
    double capacity = run.capacity(List.of(closed.with(mine), closed.with(others).seeded(3000)));
    System.err.printf("%s at %s: capacity %.1f a second%n", kind, server, capacity);
    LoadOrder modest = LoadOrder.open(kind, target, MODEST * capacity, run.seconds()).with(mine);
    LoadOrder flood =
        LoadOrder.open(kind, target, FLOOD * capacity, run.seconds()).with(others).seeded(2);
    run.load(List.of(modest, flood)); // until what refuses is compiled as well
    run.load(List.of(modest.seeded(3))); // until all is let in again
    OverloadRun.Outcome alone = run.load(List.of(modest));
    OverloadRun.Outcome beside = run.load(List.of(modest, flood));
    double best = alone.load().goodput();
    String calls = LoadRow.lower(kind) + " at " + server;
    return List.of(
        LoadRow.of(name(), calls, "0.2x alone", best, capacity, alone, 0),
        LoadRow.of(name(), calls, "0.2x beside 5x", best, capacity, beside, 0),
        LoadRow.of(name(), calls, "5x beside 0.2x", 0, capacity, beside, 1));
  }
}
