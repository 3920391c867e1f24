package dev.sluice.bench;

import dev.sluice.serving.encoder.ModelFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * Median latency of single short texts on an idle service, against the bare model and an empty call
 * together. All three take turns text by text.
 */
record EmbedLatency(Path files, ServedModel served, MixedTexts texts) {

  private static final int TEXTS = 150;
  private static final int ROUNDS = 5;

  Row row(String benchmark, String model) {
    double[] ours = new double[ROUNDS];
    double[] baseline = new double[ROUNDS];
    try (var bare = new BareLoop(ModelFiles.directory(files), 1, 1, 1)) {
      round(bare);
      for (int round = 0; round < ROUNDS; round++) {
        double[] medians = round(bare);
        ours[round] = medians[0];
        baseline[round] = medians[1] + medians[2];
        System.err.printf(
            "%s, ms of a short text: %.3f served, %.3f bare, %.3f empty call%n",
            model, medians[0], medians[1], medians[2]);
      }
    }
    return new Ratios(ours, baseline).row(benchmark, model, "ms of a short text", "≤ 1.15");
  }

  /** Milliseconds served, bare, and of an empty call. */
  private double[] round(BareLoop bare) {
    List<String> shortest = texts.shortest(TEXTS);
    double[][] millis = new double[3][shortest.size()];
    for (int i = 0; i < shortest.size(); i++) {
      String text = shortest.get(i);
      millis[0][i] = millis(() -> served.embed(text));
      millis[1][i] = millis(() -> bare.embed(List.of(text)));
      millis[2][i] = millis(served::echo);
    }
    return new double[] {
      Ratios.median(millis[0]), Ratios.median(millis[1]), Ratios.median(millis[2])
    };
  }

  private static double millis(Runnable step) {
    long start = System.nanoTime();
    step.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
