package dev.sluice.bench;

import dev.sluice.bench.soak.SoakRun;
import dev.sluice.bench.soak.SoakTexts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Whether anything in a cluster of real processes grows under mixed load. */
final class Soak implements Benchmark {

  private static final int QUERIES = 2000;
  private static final int ROUNDS = 20;
  private static final Duration USUAL = Duration.ofMinutes(20);
  private static final Duration SHORTEST_ROUND = Duration.ofSeconds(5);

  /** What a round takes beside its load: quiet, collections, measurements. */
  private static final Duration BESIDE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String measures() {
    return "whether heap, buffers, threads, files, series or queues grow under mixed load;"
        + " option: how long, as 5m";
  }

  @Override
  public String takes() {
    return "20 minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    Duration total =
        options.isEmpty()
            ? USUAL
            : Duration.parse("PT" + options.getFirst().toUpperCase(Locale.ROOT));
    Duration round = total.dividedBy(ROUNDS).minus(BESIDE);
    SoakTexts texts =
        new SoakTexts(
            Corpus.queries("squad2_dev_half", QUERIES), Corpus.load("squad2_dev_half", QUERIES));
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      SoakRun.Result result =
          SoakRun.run(
              scratch.path(),
              texts,
              total,
              round.compareTo(SHORTEST_ROUND) < 0 ? SHORTEST_ROUND : round);
      System.err.println("calls: " + result.outcomes() + ", broken: " + result.broken());
      return result.lines().stream().map(line -> row(line, result.broken())).toList();
    }
  }

  private Row row(SoakRun.Line line, long broken) {
    return Row.of(
        name(),
        "process",
        line.process(),
        "figure",
        line.figure().name().toLowerCase(Locale.ROOT),
        "measured",
        line.measurements(),
        "first",
        line.verdict().first(),
        "last",
        line.verdict().last(),
        "growth_2nd_half",
        line.verdict().growth(),
        "tolerated",
        line.verdict().tolerance(),
        "verdict",
        !line.isJudged() ? "too few" : line.verdict().grows() ? "GROWS" : "steady",
        "broken_calls",
        broken);
  }
}
