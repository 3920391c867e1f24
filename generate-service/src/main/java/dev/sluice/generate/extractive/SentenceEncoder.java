package dev.sluice.generate.extractive;

import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.encoder.EncoderBatching;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Pooling;
import dev.sluice.serving.encoder.Prompts;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.TokenVectors;
import dev.sluice.serving.encoder.Truncation;
import java.util.List;

/**
 * The encoder that reads questions and passages: a text's tokens in, one vector for each token out.
 * Owns the ONNX Runtime session.
 */
final class SentenceEncoder implements BatchModel<TokenSequence, float[]>, AutoCloseable {

  private final String name;
  private final String fingerprint;
  private final OnnxModel model;
  private final TokenVectors vectors;
  private final Pooling pooling;
  private final Prompts prompts;
  private final BatchLimits limits;

  private SentenceEncoder(
      ModelFiles files, String usage, OnnxModel model, int slots, int maxQueuedTokens) {
    this.name = files.name();
    this.model = model;
    this.vectors = new TokenVectors(model);
    this.pooling = Pooling.of(files);
    this.prompts = Prompts.of(files);
    this.limits = EncoderBatching.limits(model, slots, maxQueuedTokens);
    this.fingerprint =
        files.fingerprint("pooling=" + pooling + ";prompts=" + prompts + ";" + usage);
  }

  /**
   * Loads a model that runs {@code slots} batches side by side, one thread each.
   *
   * @param usage whatever else changes the answers, for the fingerprint
   */
  static SentenceEncoder load(ModelFiles files, String usage, int slots, int maxQueuedTokens) {
    return new SentenceEncoder(files, usage, OnnxModel.load(files, 1), slots, maxQueuedTokens);
  }

  String name() {
    return name;
  }

  /** A hash over the model's files and the way they are used. */
  String fingerprint() {
    return fingerprint;
  }

  /** What stands before questions and documents for the model's sake. */
  Prompts prompts() {
    return prompts;
  }

  int dimension() {
    return vectors.dimension();
  }

  /** The most tokens that the model reads at once, those that it adds included. */
  int maxTokens() {
    return model.maxTokens();
  }

  /** Tokens of a text alone. */
  int count(String text) {
    return model.tokenizer().count(text);
  }

  /** As much of a text as the model reads. */
  TokenSequence tokenize(String text) {
    return model.tokenizer().encode(text, maxTokens(), Truncation.END);
  }

  /** All of a text, though it may be more than the model reads. */
  TokenSequence tokenizeAll(String text) {
    return model.tokenizer().encode(text, Integer.MAX_VALUE, Truncation.NONE);
  }

  /** The vector of a whole text, of length 1, from its tokens' vectors. */
  float[] pool(float[] rows) {
    return pooling.pool(rows, dimension());
  }

  @Override
  public int tokens(TokenSequence input) {
    return input.length();
  }

  @Override
  public List<float[]> run(List<TokenSequence> batch, int replica) {
    return vectors.of(batch);
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public void close() {
    model.close();
  }
}
