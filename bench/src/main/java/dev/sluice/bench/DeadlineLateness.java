package dev.sluice.bench;

import dev.sluice.bench.gateway.DeadlineCalls;
import dev.sluice.bench.gateway.Lateness;
import dev.sluice.bench.gateway.Lateness.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** How late the gateway is when its services are. */
final class DeadlineLateness implements Benchmark {

  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "deadline-lateness";
  }

  @Override
  public String measures() {
    return "how long after their deadlines calls end whose services are slow at random, and how they"
        + " end";
  }

  @Override
  public String takes() {
    return "three minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<Lateness> rounds = DeadlineCalls.run(ROUNDS, ROUND);
    List<Row> rows = new ArrayList<>();
    rows.add(row("lateness p99, ms", rounds, round -> round.quantile(0.99), "≤ 20"));
    rows.add(row("lateness p99.9, ms", rounds, round -> round.quantile(0.999), "-"));
    rows.add(row("answered in time", rounds, Lateness::answeredInTime, "-"));
    for (Ending ending : Ending.values()) {
      rows.add(
          row(
              ending.name().toLowerCase(Locale.ROOT).replace('_', ' '),
              rounds,
              round -> round.parts().getOrDefault(ending, 0.0),
              "-"));
    }
    return rows;
  }

  private Row row(
      String figure, List<Lateness> rounds, ToDoubleFunction<Lateness> value, String target) {
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
