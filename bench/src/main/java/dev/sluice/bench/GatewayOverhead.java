package dev.sluice.bench;

import dev.sluice.bench.gateway.ForwardedCalls;
import dev.sluice.bench.gateway.SearchOverhead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the gateway costs in front of services that answer at once. */
final class GatewayOverhead implements Benchmark {

  private static final int ROUNDS = 5;
  private static final String SEARCH = "search";
  private static final String EMBED = "embed";

  @Override
  public String name() {
    return "gateway-overhead";
  }

  @Override
  public String measures() {
    return "what a search takes beyond its stages, and forwarded Embed calls a second against a bare"
        + " proxy's; options: "
        + SEARCH
        + ", "
        + EMBED;
  }

  @Override
  public String takes() {
    return "three minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<Row> rows = new ArrayList<>();
    if (options.isEmpty() || options.contains(SEARCH)) {
      rows.addAll(search());
    }
    if (options.isEmpty() || options.contains(EMBED)) {
      rows.addAll(embed());
    }
    return rows;
  }

  private List<Row> search() throws Exception {
    List<SearchOverhead.Round> rounds = List.of(SearchOverhead.run(ROUNDS));
    return List.of(
        row("search, ms", rounds, SearchOverhead.Round::call, "-"),
        row("beyond its stages, ms", rounds, SearchOverhead.Round::median, "≤ 1"),
        row("the same, p99, ms", rounds, SearchOverhead.Round::p99, "-"));
  }

  private List<Row> embed() throws Exception {
    List<ForwardedCalls.Round> rounds = ForwardedCalls.run(ROUNDS);
    return List.of(
        row("embed calls/s", rounds, round -> round.gateway().rate(), "-"),
        row("bare proxy calls/s", rounds, round -> round.proxy().rate(), "-"),
        row(
            "ratio of calls/s",
            rounds,
            round -> round.gateway().rate() / round.proxy().rate(),
            "≥ 0.5"),
        row("embed processor µs", rounds, round -> round.gateway().processor(), "-"),
        row("bare proxy's", rounds, round -> round.proxy().processor(), "-"),
        row(
            "ratio of processor",
            rounds,
            round -> round.gateway().processor() / round.proxy().processor(),
            "-"));
  }

  private <R> Row row(String figure, List<R> rounds, ToDoubleFunction<R> value, String target) {
    double[] values = rounds.stream().mapToDouble(value).toArray();
    Arrays.sort(values);
    return Row.of(
        name(),
        "figure",
        figure,
        "median",
        Ratios.median(values),
        "least",
        values[0],
        "most",
        values[values.length - 1],
        "target",
        target);
  }
}
