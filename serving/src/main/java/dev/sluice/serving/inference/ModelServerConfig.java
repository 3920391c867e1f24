package dev.sluice.serving.inference;

import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.config.Settings;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model of texts on model servers.
 *
 * @param prefix of the keys that it was read from
 * @param targets one for each replica, as {@code host:port}
 * @param model its name there
 * @param output the name of its output
 * @param maxTokens the most tokens of an input, those that the model adds included
 * @param maxBatchItems the most inputs of a batch
 * @param maxBatchTokens the most tokens of a batch
 * @param batching how it computes a batch
 * @param slots batches that a replica runs side by side
 */
public record ModelServerConfig(
    String prefix,
    List<String> targets,
    String model,
    String output,
    int maxTokens,
    int maxBatchItems,
    int maxBatchTokens,
    Batching batching,
    int slots) {

  public static final String TARGETS = "TARGETS";
  public static final String OUTPUT = "OUTPUT";
  public static final String MAX_BATCH_ITEMS = "MAX_BATCH_ITEMS";

  /**
   * Reads {@code <prefix>TARGETS} and its neighbours.
   *
   * @param prefix as {@code SLUICE_EMBED_}
   * @param model the model's name when none is set
   * @param output the output's name when none is set
   * @param meaning what the output must be, in words
   */
  public static ModelServerConfig read(
      Settings settings, String prefix, String model, String output, String meaning) {
    return new ModelServerConfig(
        prefix,
        list(
            settings.text(
                prefix + TARGETS,
                "127.0.0.1:8001",
                "Model servers, as host:port, separated by commas; one for each replica.")),
        settings.text(prefix + "MODEL_NAME", model, "The model's name on the model servers."),
        settings.text(prefix + OUTPUT, output, meaning),
        settings.integer(
            prefix + "MAX_TOKENS",
            512,
            8,
            1 << 17,
            "The most tokens that the model on model servers reads at once, those that it adds"
                + " included."),
        settings.integer(
            prefix + MAX_BATCH_ITEMS,
            64,
            1,
            1 << 16,
            "The most texts of a batch for a model server: at most its max_batch_size."),
        settings.integer(
            prefix + "MAX_BATCH_TOKENS",
            1 << 14,
            8,
            1 << 24,
            "The most tokens of a batch for a model server; padding is counted where it costs."),
        settings.choice(
            prefix + "BATCHING",
            Batching.PADDED,
            "How the model server computes a batch: with its padding, or packed, the real tokens"
                + " alone. It is sent padded in both cases."),
        settings.integer(
            prefix + "SLOTS_PER_REPLICA",
            1,
            1,
            1024,
            "Batches that a model server runs side by side: its instances of the model."));
  }

  private static List<String> list(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  /** The environment variable of that name for this model. */
  public String key(String name) {
    return prefix + name;
  }

  /** What the model can take at once. */
  public BatchLimits limits(int maxQueuedTokens) {
    return new BatchLimits(
        targets.size(),
        slots,
        maxBatchItems,
        maxBatchTokens,
        batching == Batching.PADDED,
        maxQueuedTokens);
  }
}
