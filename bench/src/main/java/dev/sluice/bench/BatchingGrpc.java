package dev.sluice.bench;

import dev.sluice.bench.batching.Comparison;
import dev.sluice.bench.batching.Figure;
import dev.sluice.bench.batching.Overhead;
import dev.sluice.bench.batching.Scenario;
import java.util.ArrayList;
import java.util.List;

/**
 * The embed-service with its defaults against Triton's dynamic batcher at its best setting, before
 * the same simulated accelerator, over real gRPC. Loads are parts of what the accelerator could
 * ideally do: busy all the time, no padding, a tenth of the time spent on launches.
 */
final class BatchingGrpc implements Benchmark {

  private static final String SEEDS = "seeds=";
  private static final String OVERHEAD = "no-cost";

  @Override
  public String name() {
    return "batching-grpc";
  }

  @Override
  public String measures() {
    return "load carried with 99 % inside the deadline, against Triton's batcher at its best;"
        + " options: seeds=N, "
        + OVERHEAD
        + ", "
        + String.join(", ", Scenario.ALL.stream().map(Scenario::name).toList());
  }

  @Override
  public String takes() {
    return "about 20 to 25 minutes, 3 to 5 a scenario";
  }

  @Override
  public List<Row> run(List<String> options) {
    int seeds =
        options.stream()
            .filter(option -> option.startsWith(SEEDS))
            .mapToInt(option -> Integer.parseInt(option.substring(SEEDS.length())))
            .findFirst()
            .orElse(5);
    List<String> names = options.stream().filter(option -> !option.startsWith(SEEDS)).toList();
    boolean overhead = names.isEmpty() || names.contains(OVERHEAD);
    List<Figure> figures = new ArrayList<>(Overhead.run(overhead ? seeds : 1)); // warms up too
    Scenario.ALL.stream()
        .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
        .forEach(scenario -> figures.addAll(Comparison.run(scenario, seeds)));
    return figures.stream().map(this::row).toList();
  }

  private Row row(Figure figure) {
    return Row.of(
        name(),
        "scenario",
        figure.scenario(),
        "side",
        figure.side(),
        "setting",
        figure.setting(),
        "figure",
        figure.name(),
        "median",
        figure.median(),
        "low",
        figure.low(),
        "high",
        figure.high());
  }
}
