package dev.sluice.rerank;

import dev.sluice.serving.encoder.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Logits as probabilities: of one logit its logistic function, of two the second one's share of
 * their softmax.
 */
final class Probability {

  /** The most logits of a pair. */
  static final int MOST_LOGITS = 2;

  private Probability() {}

  /**
   * One probability for each pair.
   *
   * @param logits {@code [pairs, 1]} or {@code [pairs, 2]}
   */
  static List<Double> of(Tensor logits, int pairs) {
    int width = logits.values().length / pairs;
    return IntStream.range(0, pairs)
        .mapToObj(pair -> of(logits.values(), pair * width, width))
        .toList();
  }

  private static double of(float[] logits, int offset, int width) {
    double margin = width == 1 ? logits[offset] : (double) logits[offset + 1] - logits[offset];
    return 1 / (1 + Math.exp(-margin));
  }
}
