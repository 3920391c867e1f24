package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What belongs to the page of figures, beyond what every benchmark says of itself. */
public final class Parts {

  private static final String ONE_RUN = "one run";
  private static final String ROUNDS = "rounds in one run: their median, least and most";

  /** Benchmarks that repeat themselves; how. */
  private static final Map<String, String> REPEATED =
      Map.of(
          "embed-throughput",
              "three rounds of both in turns; the last row is the one with the median ratio",
          "ingest-interference", "three rounds in turns, a row each",
          "embed-service", ROUNDS,
          "embed-overhead", "medians of five rounds in one run",
          "gateway-overhead", ROUNDS,
          "deadline-lateness", ROUNDS,
          "batching-sim", "simulated: no noise; medians of three seeds",
          "batching-grpc", "five seeds: the median, least and most");

  /** Those that are too long, or too much of a test, to run again and again. */
  private static final Set<String> SINGLE = Set.of("store", "overload", "tenant-flood", "soak");

  /** Has a page of its own, docs/chaos.md. */
  private static final String CHAOS = "chaos";

  private Parts() {}

  /**
   * All parts, in the order of the page.
   *
   * @param benchmarks names of all there are
   */
  public static List<Part> all(List<String> benchmarks) {
    List<Part> parts = new ArrayList<>(evaluations());
    benchmarks.forEach(name -> parts.add(benchmark(name)));
    return parts;
  }

  static Part benchmark(String name) {
    if (name.equals(CHAOS)) {
      return Part.withPage(name, ONE_RUN);
    }
    if (SINGLE.contains(name)) {
      return Part.once(name, ONE_RUN);
    }
    String repeated = REPEATED.get(name);
    return repeated == null ? Part.thrice(name) : Part.once(name, repeated);
  }

  private static List<Part> evaluations() {
    String xquad =
        "--corpus ../shared/data/xquad/corpus.%1$s.jsonl --queries"
            + " ../shared/data/xquad/queries.%1$s.jsonl --limit 300";
    return List.of(
        Part.eval("cranfield", "cranfield", ""),
        Part.eval("medline", "medline", ""),
        Part.eval("squad", "squad2_dev_half", "--limit 300"),
        Part.eval("hotpotqa", "hotpotqa_dev500", ""),
        Part.eval("xquad-en", "xquad", xquad.formatted("en")),
        Part.eval("xquad-de", "xquad", xquad.formatted("de")),
        Part.eval("xquad-es", "xquad", xquad.formatted("es")),
        Part.eval("xquad-zh", "xquad", xquad.formatted("zh")),
        Part.eval(
            "answers",
            "squad2_dev_half",
            "--answers --off-topic ../shared/data/clapnq_dev/queries.jsonl --limit 1500"));
  }
}
