package dev.sluice.embed;

import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Prompts;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.Inference;
import dev.sluice.serving.inference.InferenceClient;
import dev.sluice.serving.inference.LongTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A sentence encoder on model servers, which pools; tokenised here. Owns the channels and the
 * tokenizer. A batch is sent as {@code [texts, tokens]}, tokens a multiple of 8, and comes back as
 * {@code [texts, dimension]}.
 */
final class RemoteEmbedModel implements EmbedModel {

  private static final int STEP = 8;

  private final String name;
  private final RemoteConfig config;
  private final InferenceClient client;
  private final Tokenizer tokenizer;
  private final Prompts prompts;
  private final String fingerprint;
  private final BatchLimits limits;
  private final int dimension;

  private RemoteEmbedModel(
      String name,
      RemoteConfig config,
      InferenceClient client,
      Tokenizer tokenizer,
      ModelFiles files,
      BatchLimits limits) {
    this.name = name.isEmpty() ? config.model() : name;
    this.config = config;
    this.client = client;
    this.tokenizer = tokenizer;
    this.prompts = Prompts.of(files);
    this.fingerprint =
        files.fingerprint(
            "model=" + config.model() + ";output=" + config.output() + ";prompts=" + prompts);
    this.limits = limits;
    this.dimension = probe();
  }

  /**
   * Connects, and asks the model for one vector.
   *
   * @param name what requests call it; empty means its name on the model servers
   * @throws ConfigurationException when no replica gives one
   */
  static RemoteEmbedModel load(
      String name, RemoteConfig config, ModelFiles files, int maxQueuedTokens) {
    var client = new InferenceClient(config.targets());
    var tokenizer = files.loadTokenizer();
    var limits =
        new BatchLimits(
            config.targets().size(),
            config.slots(),
            config.maxBatchItems(),
            config.maxBatchTokens(),
            true,
            maxQueuedTokens);
    try {
      return new RemoteEmbedModel(name, config, client, tokenizer, files, limits);
    } catch (RuntimeException e) { // what cannot start leaves nothing behind
      client.close();
      tokenizer.close();
      throw e;
    }
  }

  /** Floats of a vector, as the first replica that answers says. */
  private int probe() {
    List<TokenSequence> batch =
        List.of(tokenize("probe", InputType.SEARCH_DOCUMENT, Truncation.END));
    for (int replica = 0; replica < client.replicas(); replica++) {
      try {
        return (int) client.infer(replica, inference(batch, Inference.ANY)).shape()[1];
      } catch (Failure e) {
        // the next one may answer; the client logged why this one did not
      }
    }
    throw new ConfigurationException(
        List.of(
            "no model server of SLUICE_EMBED_TARGETS ("
                + String.join(", ", config.targets())
                + ") gives an output "
                + config.output()
                + " [texts, dimension] of the model "
                + config.model()));
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
    return dimension;
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
    return client.roundTripNanos(replica);
  }

  @Override
  public List<float[]> run(List<TokenSequence> batch, int replica) {
    Tensor output = client.infer(replica, inference(batch, dimension));
    return IntStream.range(0, batch.size())
        .mapToObj(row -> Vectors.unitRow(output.values(), row, dimension))
        .toList();
  }

  private Inference inference(List<TokenSequence> batch, long width) {
    int longest = batch.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    int columns = (longest + STEP - 1) / STEP * STEP;
    return new Inference(
        config.model(),
        config.inputs().stream().map(name -> input(name, batch, columns)).toList(),
        config.output(),
        List.of((long) batch.size(), width));
  }

  private static LongTensor input(String name, List<TokenSequence> batch, int columns) {
    return LongTensor.padded(name, columns, batch.stream().map(values(name)).toList());
  }

  private static Function<TokenSequence, long[]> values(String input) {
    return switch (input) {
      case "input_ids" -> TokenSequence::ids;
      case "attention_mask" -> RemoteEmbedModel::mask;
      case "token_type_ids" -> TokenSequence::types;
      default ->
          throw new ConfigurationException(
              List.of(
                  "SLUICE_EMBED_INPUTS names '"
                      + input
                      + "', but must be of input_ids, attention_mask, token_type_ids"));
    };
  }

  private static long[] mask(TokenSequence text) {
    long[] ones = new long[text.length()];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public void close() {
    try (tokenizer) {
      client.close();
    }
  }
}
