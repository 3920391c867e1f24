package dev.sluice.bench;

import dev.sluice.bench.soak.Calls;
import dev.sluice.bench.soak.SoakRun;
import dev.sluice.bench.soak.SoakTexts;
import dev.sluice.bench.soak.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whether anything in a cluster of real processes grows or breaks under mixed load. */
final class Soak implements Benchmark {

  private static final int QUERIES = 2000;
  private static final int ROUNDS = 20;
  private static final Duration USUAL = Duration.ofMinutes(20);
  private static final Duration SHORTEST_ROUND = Duration.ofSeconds(5);

  /** What a round takes beside its load: quiet, collections, measurements. */
  private static final Duration BESIDE = Duration.ofSeconds(10);

  private static final String VERDICT = "verdict";
  private static final String STEADY = "steady";
  private static final String SERVED = "served";
  private static final Set<String> GOOD = Set.of(STEADY, SERVED);

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String measures() {
    return "whether heap, buffers, threads, files, series or queues grow under mixed load, and"
        + " whether its calls are served;"
        + " option: how long, as 5m";
  }

  @Override
  public String takes() {
    return "22 minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    Duration total =
        options.isEmpty()
            ? USUAL
            : Duration.parse("PT" + options.getFirst().toUpperCase(Locale.ROOT));
    Duration part = total.dividedBy(ROUNDS).minus(BESIDE);
    Duration round = part.compareTo(SHORTEST_ROUND) < 0 ? SHORTEST_ROUND : part;
    int rounds = Math.toIntExact(total.dividedBy(round.plus(BESIDE)));
    SoakTexts texts =
        new SoakTexts(
            Corpus.queries("squad2_dev_half", QUERIES), Corpus.load("squad2_dev_half", QUERIES));
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      return rows(SoakRun.run(scratch.path(), texts, rounds, round));
    }
  }

  private List<Row> rows(SoakRun.Result result) {
    List<Row> rows = new ArrayList<>();
    result.lines().forEach(line -> rows.add(row(line)));
    result.calls().forEach(calls -> rows.add(row(calls)));
    return rows;
  }

  private Row row(SoakRun.Line line) {
    Verdict verdict = line.verdict();
    return row(
        line.process(),
        line.figure().name(),
        line.measurements(),
        verdict.first(),
        verdict.last(),
        verdict.growth(),
        verdict.tolerance(),
        !line.isJudged() ? "too few" : verdict.grows() ? "GROWS" : STEADY,
        "");
  }

  private Row row(Calls calls) {
    String verdict =
        calls.broken() > 0
            ? calls.broken() + " BROKEN"
            : calls.areServed() ? SERVED : "TOO FEW SERVED";
    return row(
        "callers", calls.action().name(), calls.count(), "", "", "", "", verdict, calls.words());
  }

  private Row row(
      String process,
      String figure,
      long measured,
      Object first,
      Object last,
      Object growth,
      Object tolerated,
      String verdict,
      String calls) {
    return Row.of(
        name(),
        "process",
        process,
        "figure",
        figure.toLowerCase(Locale.ROOT),
        "measured",
        measured,
        "first",
        first,
        "last",
        last,
        "growth_2nd_half",
        growth,
        "tolerated",
        tolerated,
        VERDICT,
        verdict,
        "calls",
        calls);
  }

  /** Nothing grows, everything could be judged, no call is broken, and enough are served. */
  @Override
  public boolean holds(List<Row> rows) {
    return rows.stream().allMatch(row -> GOOD.contains(String.valueOf(row.figures().get(VERDICT))));
  }
}
