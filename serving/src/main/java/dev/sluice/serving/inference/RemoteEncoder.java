package dev.sluice.serving.inference;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.tls.ChannelSecurity;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model on model servers that reads token sequences and gives floats. A batch is one request
 * {@code [texts, tokens]}, tokens a multiple of {@value #STEP}. Owns the connections.
 */
public final class RemoteEncoder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteEncoder.class);
  private static final int STEP = 8;

  private final String model;
  private final ModelReplicas<EncoderContract> replicas;

  private RemoteEncoder(String model, ModelReplicas<EncoderContract> replicas) {
    this.model = model;
    this.replicas = replicas;
  }

  /**
   * Connects, and waits until the model is ready on one of the servers.
   *
   * @param problems what else is wrong with a model that reads tokens and gives floats, a line each
   * @throws ConfigurationException when the model there is not what is needed, or the servers would
   *     be called in plain text beyond this machine
   * @throws Failure.Cancelled when the waiting thread is interrupted or its context ends
   */
  public static RemoteEncoder connect(
      ModelServerConfig config,
      ChannelSecurity security,
      Function<EncoderContract, List<String>> problems) {
    if (config.targets().isEmpty()) {
      throw new ConfigurationException(
          List.of(config.key(ModelServerConfig.TARGETS) + " names no model server"));
    }
    security.require(config.key(ModelServerConfig.TARGETS), config.targets());
    return new RemoteEncoder(
        config.model(),
        ModelReplicas.await(
            new InferenceClient(config.targets(), security),
            config.model(),
            description -> contract(description, config, problems)));
  }

  private static EncoderContract contract(
      ModelDescription description,
      ModelServerConfig config,
      Function<EncoderContract, List<String>> problems) {
    EncoderContract contract = EncoderContract.of(description, config);
    List<String> found = problems.apply(contract);
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
    if (description.dynamicBatching()) {
      LOG.warn(
          "model {}: its config.pbtxt has dynamic_batching: take it out, because batches arrive"
              + " formed, and would only wait for others",
          config.model());
    }
    return contract;
  }

  /** What the model takes and gives, on every replica. */
  public EncoderContract contract() {
    return replicas.contract();
  }

  /** Whether any replica takes batches. */
  public boolean isReady() {
    return replicas.isReady();
  }

  /** Nanoseconds of a message to a replica and back; 0 while unknown. */
  public long roundTripNanos(int replica) {
    return replicas.roundTripNanos(replica);
  }

  /**
   * Runs the model on a batch that is not empty.
   *
   * @param replica counted from 0
   * @return the output, {@code [texts, width]}, or {@code [texts, tokens, width]} with the padding
   * @throws RuntimeException as {@link InferenceClient#infer} does
   */
  public Tensor run(List<TokenSequence> batch, int replica) {
    return replicas.infer(replica, inference(batch));
  }

  private Inference inference(List<TokenSequence> batch) {
    int longest = batch.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    int columns = (longest + STEP - 1) / STEP * STEP;
    long texts = batch.size();
    long width = contract().width();
    return new Inference(
        model,
        contract().inputs().stream()
            .map(input -> input.values().tensor(input.type(), batch, columns))
            .toList(),
        contract().output(),
        contract().perToken() ? List.of(texts, (long) columns, width) : List.of(texts, width));
  }

  @Override
  public void close() {
    replicas.close();
  }
}
