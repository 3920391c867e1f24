package dev.sluice.bench;

import dev.sluice.bench.tensors.PackingSteps;
import dev.sluice.bench.tensors.TokenizingSteps;
import dev.sluice.bench.tensors.UnpackingSteps;
import dev.sluice.serving.inference.FloatType;
import dev.sluice.serving.inference.IntegerType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What tensors and tokenising cost, by JMH. */
final class TensorSteps implements Benchmark {

  private static final int ITERATIONS = 5;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @Override
  public String name() {
    return "tensors-jmh";
  }

  @Override
  public String measures() {
    return "gigabytes a second of tensor packing and unpacking, tokens a second of the tokenizer";
  }

  @Override
  public String takes() {
    return "two minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws RunnerException {
    List<Row> rows = new ArrayList<>();
    for (RunResult run : jmh(PackingSteps.class, 1)) {
      IntegerType type = IntegerType.valueOf(run.getParams().getParam("type"));
      rows.add(row("pack " + type, 1, PackingSteps.bytes(type) / score(run), "GB/s"));
    }
    for (RunResult run : jmh(UnpackingSteps.class, 1)) {
      FloatType type = FloatType.valueOf(run.getParams().getParam("type"));
      rows.add(row("unpack " + type, 1, UnpackingSteps.bytes(type) / score(run), "GB/s"));
    }
    for (int threads : new int[] {1, PROCESSORS}) {
      for (RunResult run : jmh(TokenizingSteps.class, threads)) {
        int tokens =
            TokenizingSteps.tokens(Integer.parseInt(run.getParams().getParam("sentences")));
        rows.add(row("tokenise " + tokens, threads, tokens * score(run), "tokens/s"));
      }
    }
    return rows;
  }

  private static Collection<RunResult> jmh(Class<?> steps, int threads) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(steps.getName() + "\\.")
            .threads(threads)
            .forks(1)
            .warmupIterations(ITERATIONS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.seconds(1))
            .verbosity(VerboseMode.SILENT);
    return new Runner(options.build()).run();
  }

  private static double score(RunResult run) {
    return run.getPrimaryResult().getScore();
  }

  private Row row(String step, int threads, double figure, String unit) {
    return Row.of(name(), "step", step, "threads", threads, "figure", figure, "unit", unit);
  }
}
