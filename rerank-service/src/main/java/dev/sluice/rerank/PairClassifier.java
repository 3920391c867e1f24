package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.encoder.TokenSequence;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A classifier over pairs of texts: the probability that the second answers the first. With one
 * logit, its logistic function; with two, the second one's share of their softmax. Does not own the
 * model.
 */
final class PairClassifier implements BatchModel<TokenSequence, Double> {

  private static final String OUTPUT = "logits";

  private final OnnxModel model;
  private final BatchLimits limits;

  /**
   * @throws IllegalStateException when the model has more than two logits
   */
  PairClassifier(OnnxModel model, BatchLimits limits) {
    if (model.width(OUTPUT) > 2) {
      throw new IllegalStateException(
          "a reranker gives one logit or two, but this model gives " + model.width(OUTPUT));
    }
    this.model = model;
    this.limits = limits;
  }

  /** Whether a model is one, rather than a sentence encoder. */
  static boolean fits(OnnxModel model) {
    return model.outputs().contains(OUTPUT);
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public int tokens(TokenSequence input) {
    return input.length();
  }

  @Override
  public List<Double> run(List<TokenSequence> batch, int replica) {
    Tensor logits = model.run(batch, OUTPUT);
    int width = logits.values().length / batch.size();
    return IntStream.range(0, batch.size())
        .mapToObj(i -> probability(logits.values(), i * width, width))
        .toList();
  }

  private static double probability(float[] logits, int offset, int width) {
    double margin = width == 1 ? logits[offset] : (double) logits[offset + 1] - logits[offset];
    return 1 / (1 + Math.exp(-margin));
  }
}
