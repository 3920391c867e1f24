package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.encoder.EncoderBatching;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Tokenizer;
import java.util.List;

/** A cross-encoder in this process. Owns the network. */
final class OnnxPairModel implements PairModel {

  private static final String OUTPUT = "logits";

  private final String name;
  private final String fingerprint;
  private final OnnxModel model;
  private final BatchLimits limits;

  /**
   * @throws IllegalStateException when the model has more than two logits
   */
  OnnxPairModel(String name, ModelFiles files, OnnxModel model, int slots, int maxQueuedTokens) {
    if (model.width(OUTPUT) > Probability.MOST_LOGITS) {
      throw new IllegalStateException(
          "a reranker gives one logit or two, but this model gives " + model.width(OUTPUT));
    }
    this.name = name;
    this.fingerprint = files.fingerprint("cross-encoder");
    this.model = model;
    this.limits = EncoderBatching.limits(model, slots, maxQueuedTokens);
  }

  /** Whether a model is one, rather than a sentence encoder. */
  static boolean fits(OnnxModel model) {
    return model.outputs().contains(OUTPUT);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public int maxTokens() {
    return model.maxTokens();
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public List<Double> run(List<TokenSequence> batch, int replica) {
    return Probability.of(model.run(batch, OUTPUT), batch.size());
  }

  @Override
  public void close() {
    model.close();
  }
}
