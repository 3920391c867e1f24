package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.inference.EncoderContract;
import dev.sluice.serving.inference.ModelServerConfig;
import dev.sluice.serving.inference.RemoteEncoder;
import dev.sluice.serving.tls.ChannelSecurity;
import java.util.List;

/** A cross-encoder on model servers, tokenised here. Owns the connections and the tokenizer. */
final class RemotePairModel implements PairModel {

  private final String name;
  private final ModelServerConfig config;
  private final RemoteEncoder encoder;
  private final Tokenizer tokenizer;
  private final String fingerprint;
  private final BatchLimits limits;

  private RemotePairModel(
      String name,
      ModelServerConfig config,
      RemoteEncoder encoder,
      Tokenizer tokenizer,
      String fingerprint,
      BatchLimits limits) {
    this.name = name.isEmpty() ? config.model() : name;
    this.config = config;
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.fingerprint = fingerprint;
    this.limits = limits;
  }

  /**
   * Connects, and waits until a model server has the model ready.
   *
   * @param name what requests call it; empty means its name on the model servers
   * @throws ConfigurationException when the model there is no cross-encoder
   */
  static RemotePairModel load(
      String name,
      ModelServerConfig config,
      ChannelSecurity security,
      ModelFiles files,
      int maxQueuedTokens) {
    var tokenizer = files.loadTokenizer();
    try {
      var encoder = RemoteEncoder.connect(config, security, RemotePairModel::problems);
      return new RemotePairModel(
          name,
          config,
          encoder,
          tokenizer,
          files.fingerprint("cross-encoder;model=" + config.model() + ";output=" + config.output()),
          config.limits(maxQueuedTokens));
    } catch (RuntimeException | Error e) { // what cannot start leaves nothing behind
      tokenizer.close();
      throw e;
    }
  }

  private static List<String> problems(EncoderContract contract) {
    return !contract.perToken() && contract.width() <= Probability.MOST_LOGITS
        ? List.of()
        : List.of(
            "the output "
                + contract.output()
                + " is no reranker's, which has the shape [-1, 1] or [-1, 2], one logit or two for"
                + " each pair: serve a cross-encoder");
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
    return tokenizer;
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
  public long roundTripNanos(int replica) {
    return encoder.roundTripNanos(replica);
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public List<Double> run(List<TokenSequence> batch, int replica) {
    return Probability.of(encoder.run(batch, replica), batch.size());
  }

  @Override
  public void close() {
    try (tokenizer) {
      encoder.close();
    }
  }
}
