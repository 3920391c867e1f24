package dev.sluice.embed;

import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.encoder.EncoderBatching;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Pooling;
import dev.sluice.serving.encoder.Prompts;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.TokenVectors;
import dev.sluice.serving.encoder.Truncation;
import java.util.List;

/** A sentence encoder in this process. Owns the ONNX Runtime session. */
final class OnnxEmbedModel implements EmbedModel {

  private final String name;
  private final String fingerprint;
  private final OnnxModel model;
  private final TokenVectors vectors;
  private final Pooling pooling;
  private final Prompts prompts;
  private final BatchLimits limits;

  private OnnxEmbedModel(
      String name,
      ModelFiles files,
      OnnxModel model,
      Pooling pooling,
      Prompts prompts,
      BatchLimits limits) {
    this.name = name.isEmpty() ? files.name() : name;
    this.fingerprint = files.fingerprint("pooling=" + pooling + ";prompts=" + prompts);
    this.model = model;
    this.vectors = new TokenVectors(model);
    this.pooling = pooling;
    this.prompts = prompts;
    this.limits = limits;
  }

  /**
   * Loads a model that runs {@code slots} batches side by side, one thread each.
   *
   * @param name what requests call it; empty means its own name
   */
  static OnnxEmbedModel load(String name, ModelFiles files, int slots, int maxQueuedTokens) {
    OnnxModel model = OnnxModel.load(files, 1);
    return new OnnxEmbedModel(
        name,
        files,
        model,
        Pooling.of(files),
        Prompts.of(files),
        EncoderBatching.limits(model, slots, maxQueuedTokens));
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
  public int dimension() {
    return vectors.dimension();
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
  public int countTokens(String text) {
    return model.tokenizer().count(text);
  }

  @Override
  public TokenSequence tokenize(String text, InputType type, Truncation truncation) {
    String prompt = type == InputType.SEARCH_QUERY ? prompts.query() : prompts.document();
    return model.tokenizer().encode(prompt, text, maxTokens(), truncation);
  }

  @Override
  public List<float[]> run(List<TokenSequence> batch, int replica) {
    return vectors.of(batch).stream().map(rows -> pooling.pool(rows, dimension())).toList();
  }

  @Override
  public void close() {
    model.close();
  }
}
