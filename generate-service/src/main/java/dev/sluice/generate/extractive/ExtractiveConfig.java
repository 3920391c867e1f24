package dev.sluice.generate.extractive;

import dev.sluice.serving.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the extractive model is configured with.
 *
 * @param modelDirectory the sentence encoder; absent means the embedded one
 * @param slots batches that run side by side; 0 means one for each processor
 * @param maxQueuedTokens the most tokens that may wait
 * @param cacheBytes the most memory that the vectors of passages take
 * @param supportThreshold the least support of an answer
 */
public record ExtractiveConfig(
    Optional<Path> modelDirectory,
    int slots,
    int maxQueuedTokens,
    long cacheBytes,
    double supportThreshold) {

  private static final int MIB_SHIFT = 20;

  /** Reads the keys that begin with a prefix. */
  public static ExtractiveConfig read(Settings settings, String prefix) {
    return new ExtractiveConfig(
        settings.path(
            prefix + "MODEL_DIRECTORY",
            "Directory with model.onnx and tokenizer.json of a sentence encoder; without it the"
                + " embedded BGE-small-en-v1.5 finds the answers."),
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
                    64,
                    0,
                    1 << 20,
                    "Memory for the vectors of passages read before, in MiB; a passage of 170 tokens takes"
                        + " 66 KiB with the embedded model.")
            << MIB_SHIFT,
        settings.decimal(
            prefix + "SUPPORT_THRESHOLD",
            0.64,
            0,
            1,
            "The least support of an answer's best sentence; below it the service says that nothing"
                + " supports an answer. Belongs to the embedded model: measure it anew for another."));
  }
}
