package dev.sluice.embed;

import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Pooling;
import dev.sluice.serving.encoder.Prompts;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.inference.ModelServerConfig;
import dev.sluice.serving.inference.RemoteEncoder;
import dev.sluice.serving.tls.ChannelSecurity;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sentence encoder on model servers, tokenised here, and pooled here where the model gives a
 * vector for each token. Owns the connections and the tokenizer.
 */
final class RemoteEmbedModel implements EmbedModel {

  private final String name;
  private final ModelServerConfig config;
  private final RemoteEncoder encoder;
  private final Tokenizer tokenizer;
  private final Prompts prompts;
  private final Pooling pooling;
  private final String fingerprint;
  private final BatchLimits limits;

  private RemoteEmbedModel(
      String name,
      ModelServerConfig config,
      RemoteEncoder encoder,
      Tokenizer tokenizer,
      ModelFiles files,
      BatchLimits limits) {
    this.name = name.isEmpty() ? config.model() : name;
    this.config = config;
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.prompts = Prompts.of(files);
    this.pooling = Pooling.of(files);
    this.fingerprint = files.fingerprint(usage());
    this.limits = limits;
  }

  /** How the model is used, as far as vectors depend on it. */
  private String usage() {
    String pooled = encoder.contract().perToken() ? ";pooling=" + pooling : "";
    return "model="
        + config.model()
        + ";output="
        + config.output()
        + pooled
        + ";prompts="
        + prompts;
  }

  /**
   * Connects, and waits until a model server has the model ready.
   *
   * @param name what requests call it; empty means its name on the model servers
   * @throws ConfigurationException when the model there is no sentence encoder
   */
  static RemoteEmbedModel load(
      String name,
      ModelServerConfig config,
      ChannelSecurity security,
      ModelFiles files,
      int maxQueuedTokens) {
    var tokenizer = files.loadTokenizer();
    try {
      var encoder = RemoteEncoder.connect(config, security, contract -> List.of());
      return new RemoteEmbedModel(
          name, config, encoder, tokenizer, files, config.limits(maxQueuedTokens));
    } catch (RuntimeException | Error e) { // what cannot start leaves nothing behind
      tokenizer.close();
      throw e;
    }
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
    return encoder.contract().width();
  }

  @Override
  public int maxTokens() {
    return config.maxTokens();
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public boolean isReady() {
    return encoder.isReady();
  }

  @Override
  public int countTokens(String text) {
    return tokenizer.count(text);
  }

  @Override
  public TokenSequence tokenize(String text, InputType type, Truncation truncation) {
    String prompt = type == InputType.SEARCH_QUERY ? prompts.query() : prompts.document();
    return tokenizer.encode(prompt, text, maxTokens(), truncation);
  }

  @Override
  public long roundTripNanos(int replica) {
    return encoder.roundTripNanos(replica);
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public List<float[]> run(List<TokenSequence> batch, int replica) {
    Tensor output = encoder.run(batch, replica);
    return IntStream.range(0, batch.size())
        .mapToObj(text -> vector(output, text, batch.get(text).length()))
        .toList();
  }

  private float[] vector(Tensor output, int text, int tokens) {
    return encoder.contract().perToken()
        ? pooling.pool(output.rows(text, tokens), dimension())
        : Vectors.unitRow(output.values(), text, dimension());
  }

  @Override
  public void close() {
    try (tokenizer) {
      encoder.close();
    }
  }
}
