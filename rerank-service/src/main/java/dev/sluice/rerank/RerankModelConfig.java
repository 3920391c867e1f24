package dev.sluice.rerank;

import dev.sluice.serving.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one model is configured with.
 *
 * @param modelDirectory the model; absent means the embedded one
 * @param slots batches that run side by side; 0 means one for each processor
 * @param maxQueuedTokens the most tokens that may wait
 * @param cacheBytes the most memory that cached passages take
 */
record RerankModelConfig(
    Optional<Path> modelDirectory, int slots, int maxQueuedTokens, long cacheBytes) {

  private static final int MIB_SHIFT = 20;

  /** Reads the keys that begin with a prefix. */
  static RerankModelConfig read(Settings settings, String prefix) {
    return new RerankModelConfig(
        settings.path(
            prefix + "MODEL_DIRECTORY",
            "Directory with model.onnx and tokenizer.json of a cross-encoder or a sentence encoder;"
                + " without it the embedded BGE-small-en-v1.5 reranks by late interaction."),
        settings.integer(
            prefix + "SLOTS",
            0,
            0,
            1024,
            "Batches that run side by side, one thread each; 0 means one for each processor."),
        settings.integer(
            prefix + "MAX_QUEUED_TOKENS",
            1 << 18,
            1,
            1 << 30,
            "The most tokens that may wait; more is refused with RESOURCE_EXHAUSTED."),
        (long)
                settings.integer(
                    prefix + "CACHE_MIB",
                    256,
                    0,
                    1 << 20,
                    "Memory for the token vectors of documents that were read, in MiB; a document of"
                        + " 200 tokens takes about 80 KiB.")
            << MIB_SHIFT);
  }
}
