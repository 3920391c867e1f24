package dev.sluice.bench;

import dev.sluice.bench.overload.CallKind;
import dev.sluice.bench.overload.LoadFigures;
import dev.sluice.bench.overload.LoadGenerator;
import dev.sluice.bench.overload.LoadOrder;
import dev.sluice.bench.overload.OverloadRun;
import dev.sluice.bench.overload.OverloadedCluster;
import dev.sluice.bench.overload.Tenants;
import dev.sluice.gateway.v1.Document;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A cluster under up to five times the load that it can bear: what callers get, how soon the others
 * are refused, what it takes in memory, and when it is as before. Then two tenants, of whom one
 * floods.
 */
final class Overload implements Benchmark {

  private static final double[] FACTORS = {0.5, 1, 2, 5};
  private static final double SECONDS = 20;
  private static final double SHORT_SECONDS = 6;
  private static final int QUERIES = 6000;
  private static final int BACKGROUND = 1500;
  private static final int SHORT_DOCUMENTS = 120;

  /** Times as long as alone that a call may take when all is well again. */
  private static final double NORMAL = 2;

  private static final double FLOOD = 5;
  private static final double MODEST = 0.2;

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String measures() {
    return "goodput, refusals, memory and recovery at 0.5 to 5 times capacity; one tenant flooding;"
        + " options: short, search, embed, answer, tenants";
  }

  @Override
  public String takes() {
    return "17 minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<String> parts = options.stream().filter(option -> !option.equals("short")).toList();
    boolean isShort = options.contains("short");
    double seconds = isShort ? SHORT_SECONDS : SECONDS;
    List<Document> documents =
        new ArrayList<>(Corpus.load("squad2_dev_half", isShort ? SHORT_DOCUMENTS : QUERIES));
    Corpus.load("hotpotqa_dev500", isShort ? 0 : BACKGROUND).stream()
        .map(each -> each.toBuilder().setId("background-" + each.getId()).build())
        .forEach(documents::add);
    List<String> passages = documents.stream().map(Document::getText).toList();
    List<Row> rows = new ArrayList<>();
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      Tenants tenants = Tenants.write(scratch.path().resolve("keys"));
      try (OverloadedCluster cluster = cluster(scratch.path(), tenants);
          LoadGenerator generator =
              LoadGenerator.start(
                  scratch.path(), Corpus.queries("squad2_dev_half", QUERIES), passages)) {
        for (String tenant : List.of(Tenants.MODEST, Tenants.FLOODING)) {
          cluster.store(documents, tenants.of(tenant));
        }
        var run = new OverloadRun(cluster, generator, seconds);
        for (CallKind kind : List.of(CallKind.SEARCH, CallKind.EMBED, CallKind.ANSWER)) {
          if (parts.isEmpty() || parts.contains(lower(kind))) {
            rows.addAll(overloaded(run, kind, tenants));
          }
        }
        if (parts.isEmpty() || parts.contains("tenants")) {
          rows.addAll(flooded(run, CallKind.SEARCH, "gateway", tenants::of));
          rows.addAll(flooded(run, CallKind.EMBED, "gateway", tenants::of));
          rows.addAll(flooded(run, CallKind.EMBED, "embed", Overload::named));
          rows.addAll(flooded(run, CallKind.RERANK, "rerank", Overload::named));
        }
      }
    }
    return rows;
  }

  /** With room for about two in three passages: callers ask for some that were not read before. */
  private static OverloadedCluster cluster(Path scratch, Tenants tenants) throws IOException {
    return OverloadedCluster.start(
        scratch.resolve("data"),
        Map.of(
            "SLUICE_RERANK_CACHE_MIB",
            "64",
            "SLUICE_GATEWAY_API_KEYS_FILE",
            tenants.file().toString(),
            "SLUICE_LOG_LEVEL",
            "error"));
  }

  /** As the gateway says it to a service. */
  private static Map<String, String> named(String tenant) {
    return Map.of("sluice-tenant", tenant);
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
    double normal = 0;
    List<OverloadRun.Outcome> outcomes = new ArrayList<>();
    for (double factor : FACTORS) {
      LoadOrder order =
          LoadOrder.open(kind, target, factor * capacity, run.seconds())
              .with(headers)
              .seeded((long) (10 * factor))
              .untilNormal(normal);
      OverloadRun.Outcome outcome = run.load(List.of(order));
      System.err.println(factor + ": " + outcome);
      normal = normal == 0 ? NORMAL * outcome.load().goodP99() : normal;
      outcomes.add(outcome);
    }
    double best = outcomes.stream().mapToDouble(each -> each.load().goodput()).max().orElseThrow();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < FACTORS.length; i++) {
      rows.add(row(lower(kind), FACTORS[i] + "x", best, capacity, outcomes.get(i), 0));
    }
    return rows;
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
    OverloadRun.Outcome alone = run.load(List.of(modest));
    OverloadRun.Outcome beside = run.load(List.of(modest, flood));
    double best = alone.load().goodput();
    String name = lower(kind) + " at " + server;
    return List.of(
        row(name, "0.2x alone", best, capacity, alone, 0),
        row(name, "0.2x beside 5x", best, capacity, beside, 0),
        row(name, "5x beside 0.2x", capacity, capacity, beside, 1));
  }

  private Row row(
      String calls,
      String load,
      double best,
      double capacity,
      OverloadRun.Outcome outcome,
      int which) {
    LoadFigures figures = outcome.loads().get(which);
    return Row.of(
        name(),
        "calls",
        calls,
        "load",
        load,
        "sent_per_s",
        figures.sent() / figures.seconds(),
        "good_per_s",
        figures.goodput(),
        "of_best",
        figures.goodput() / best,
        "of_capacity",
        figures.goodput() / capacity,
        "good_per_core_s",
        figures.good() / outcome.clusterSeconds(),
        "degraded",
        figures.degraded(),
        "refused",
        figures.refused(),
        "late",
        figures.late(),
        "failed",
        figures.failed(),
        "good_p50_ms",
        figures.goodP50(),
        "good_p99_ms",
        figures.goodP99(),
        "refused_p50_ms",
        figures.refusedP50(),
        "refused_p99_ms",
        figures.refusedP99(),
        "refused_from_sent_p50_ms",
        figures.refusedSentP50(),
        "refused_from_sent_p99_ms",
        figures.refusedSentP99(),
        "generator_late_p50_ms",
        figures.latenessP50(),
        "generator_late_p99_ms",
        figures.latenessP99(),
        "normal_after_s",
        figures.recoverySeconds(),
        "rss_mib",
        memory(
            outcome.before().resident(), outcome.highest().resident(), outcome.after().resident()),
        "heap_mib",
        memory(outcome.before().heap(), outcome.highest().heap(), outcome.after().heap()),
        "direct_mib",
        memory(outcome.before().direct(), outcome.highest().direct(), outcome.after().direct()),
        "generator_cores",
        figures.processorSeconds() / figures.seconds(),
        "cluster_cores",
        outcome.clusterSeconds() / figures.seconds());
  }

  /** Before, at most, after. */
  private static String memory(double before, double highest, double after) {
    return String.format(Locale.ROOT, "%.0f/%.0f/%.0f", before, highest, after);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
