package dev.sluice.bench;

import dev.sluice.serving.encoder.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The embed-service over real gRPC against bare loops over the same texts: one that may sort them
 * by length first, and two that take them as they come. Rounds of all take turns.
 */
final class EmbedServing implements Benchmark {

  private static final List<String> MODELS = List.of("bge-small-en-v1.5", "bge-small-en-v1.5-q");
  private static final int TEXTS = 300;
  private static final int ROUNDS = 5;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int[] BATCHES = {1, 2, 4, 8, 16};
  private static final int COMMON_BATCH = 32;

  /** What only has to be compared, or is very slow, gets one text in so many. */
  private static final int SAMPLE = 3;

  @Override
  public String name() {
    return "embed-service";
  }

  @Override
  public String measures() {
    return "texts a second and idle latency of the embed-service against bare ONNX Runtime loops";
  }

  @Override
  public String takes() {
    return "about 10 minutes; a model alone 4 to 6";
  }

  /**
   * @param options models to measure; none: both
   */
  @Override
  public List<Row> run(List<String> options) throws Exception {
    MixedTexts texts = MixedTexts.load(TEXTS);
    List<Row> rows = new ArrayList<>();
    for (String model : options.isEmpty() ? MODELS : options) {
      try (var directory = ModelDirectory.of(model);
          var served = new ServedModel(directory.path())) {
        rows.addAll(throughput(model, directory.path(), served, texts));
        rows.add(new EmbedLatency(directory.path(), served, texts).row(name(), model));
      }
    }
    return rows;
  }

  private List<Row> throughput(String model, Path files, ServedModel served, MixedTexts texts)
      throws Exception {
    List<String> arrival = texts.arrival();
    List<String> byLength = texts.byLength();
    List<String> some = MixedTexts.sample(arrival, SAMPLE);
    try (BareLoop sorted = best(files, "by length", byLength);
        BareLoop unsorted = best(files, "as they come", arrival);
        BareLoop common = loop(files, COMMON_BATCH)) {
      double[][] rates = new double[4][ROUNDS];
      served.seconds(arrival);
      for (int round = 0; round < ROUNDS; round++) {
        rates[0][round] = arrival.size() / served.seconds(arrival);
        rates[1][round] = arrival.size() / sorted.seconds(byLength);
        rates[2][round] = arrival.size() / unsorted.seconds(arrival);
        rates[3][round] = some.size() / common.seconds(some);
        System.err.printf(
            "%s, round %d: %.1f texts/s served, %.1f by length, %.1f and %.1f as they come%n",
            model, round + 1, rates[0][round], rates[1][round], rates[2][round], rates[3][round]);
      }
      boolean exact = !model.endsWith("-q");
      return List.of(
          new Ratios(rates[0], rates[1]).row(name(), model, sorted + " by length", "≥ 0.95"),
          new Ratios(rates[0], rates[2])
              .row(name(), model, unsorted + " as they come", exact ? "≥ 1.05" : "-"),
          new Ratios(rates[0], rates[3])
              .row(name(), model, common + " as they come", exact ? "≥ 3" : "-"));
    }
  }

  private static BareLoop best(Path files, String order, List<String> texts) {
    List<String> sample = MixedTexts.sample(texts, SAMPLE);
    int best = 0;
    double fastest = Double.MAX_VALUE;
    for (int batch : BATCHES) {
      try (BareLoop loop = loop(files, batch)) {
        loop.seconds(MixedTexts.sample(sample, SAMPLE));
        double seconds = loop.seconds(sample);
        System.err.printf(
            "bare loop %s, %d a batch: %.1f texts/s%n", order, batch, sample.size() / seconds);
        best = seconds < fastest ? batch : best;
        fastest = Math.min(seconds, fastest);
      }
    }
    return loop(files, best);
  }

  private static BareLoop loop(Path files, int batch) {
    return new BareLoop(ModelFiles.directory(files), PROCESSORS, 1, batch);
  }
}
