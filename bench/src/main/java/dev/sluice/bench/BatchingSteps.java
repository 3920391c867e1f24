package dev.sluice.bench;

import dev.sluice.bench.scheduling.SchedulerSteps;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What single steps of the batch scheduler cost, by JMH, against the targets set for them. */
final class BatchingSteps implements Benchmark {

  private static final int FORKS = 2;
  private static final int ITERATIONS = 5;

  @Override
  public String name() {
    return "batching-jmh";
  }

  @Override
  public String measures() {
    return "microseconds of the scheduler's decision, refusal and admission with 10,000 items"
        + " waiting";
  }

  @Override
  public String takes() {
    return "two minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws RunnerException {
    var jmh =
        new OptionsBuilder()
            .include(SchedulerSteps.class.getName() + "\\.")
            .forks(FORKS)
            .warmupIterations(ITERATIONS)
            .warmupTime(TimeValue.seconds(2))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.seconds(2))
            .verbosity(VerboseMode.SILENT);
    return new Runner(jmh.build()).run().stream().map(this::row).toList();
  }

  private Row row(RunResult run) {
    Result<?> result = run.getPrimaryResult();
    return Row.of(
        name(),
        "step",
        result.getLabel(),
        "median_us",
        result.getStatistics().getPercentile(50),
        "p99_us",
        result.getStatistics().getPercentile(99),
        "target_median_us",
        target(result.getLabel()));
  }

  /** Microseconds; nothing is promised of the others. */
  private static String target(String step) {
    return switch (step) {
      case "decide" -> "50";
      case "refuse" -> "5";
      default -> "-";
    };
  }
}
