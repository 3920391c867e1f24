package dev.sluice.embed;

import dev.sluice.serving.config.Settings;
import java.util.List;
import java.util.stream.Stream;

/**
 * The model on model servers.
 *
 * @param targets one for each replica, as {@code host:port}
 * @param model its name there
 * @param inputs the names of its inputs
 * @param output the name of its output, one vector a text
 * @param maxTokens the most tokens of a text, those that the model adds included
 * @param maxBatchItems the most texts of a batch
 * @param maxBatchTokens the most tokens of a batch, padding counted
 * @param slots batches that a replica runs side by side
 */
record RemoteConfig(
    List<String> targets,
    String model,
    List<String> inputs,
    String output,
    int maxTokens,
    int maxBatchItems,
    int maxBatchTokens,
    int slots) {

  /** Reads the keys that begin with a prefix. */
  static RemoteConfig read(Settings settings, String prefix) {
    return new RemoteConfig(
        list(
            settings.text(
                prefix + "TARGETS",
                "127.0.0.1:8001",
                "Model servers, as host:port, separated by commas; one for each replica.")),
        settings.text(prefix + "MODEL_NAME", "embed", "The model's name on the model servers."),
        list(
            settings.text(
                prefix + "INPUTS",
                "input_ids,attention_mask",
                "The model's inputs, separated by commas: input_ids, attention_mask,"
                    + " token_type_ids.")),
        settings.text(
            prefix + "OUTPUT",
            "embedding",
            "The model's output: one vector a text, pooled by the model, FP32, FP16 or BF16."),
        settings.integer(
            prefix + "MAX_TOKENS",
            512,
            8,
            1 << 17,
            "The most tokens of a text that the model reads, those that it adds included."),
        settings.integer(
            prefix + "MAX_BATCH_ITEMS",
            64,
            1,
            1 << 16,
            "The most texts of a batch for a model server: at most its max_batch_size."),
        settings.integer(
            prefix + "MAX_BATCH_TOKENS",
            1 << 14,
            8,
            1 << 24,
            "The most tokens of a batch for a model server, padding counted."),
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
}
