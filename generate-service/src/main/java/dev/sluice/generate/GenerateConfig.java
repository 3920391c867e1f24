package dev.sluice.generate;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServerConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the generate-service is configured with.
 *
 * @param modelDirectory the sentence encoder; absent means the embedded one
 * @param slots batches that run side by side; 0 means one for each processor
 * @param maxQueuedTokens the most tokens that may wait
 * @param cacheBytes the most memory that the vectors of passages take
 * @param supportThreshold the least support of an answer
 */
public record GenerateConfig(
    ServerConfig server,
    Optional<Path> modelDirectory,
    int slots,
    int maxQueuedTokens,
    long cacheBytes,
    double supportThreshold) {

  private static final int PORT = 7403;
  private static final int MIB_SHIFT = 20;

  /** Reads {@code SLUICE_GENERATE_…}. */
  public static GenerateConfig read(Settings settings) {
    return new GenerateConfig(
        ServerConfig.read(settings, "generate", PORT),
        settings.path(
            "SLUICE_GENERATE_MODEL_DIRECTORY",
            "Directory with model.onnx and tokenizer.json of a sentence encoder; without it the"
                + " embedded BGE-small-en-v1.5 finds the answers."),
        settings.integer(
            "SLUICE_GENERATE_SLOTS",
            0,
            0,
            1024,
            "Batches that run side by side, one thread each; 0 means one for each processor."),
        settings.integer(
            "SLUICE_GENERATE_MAX_QUEUED_TOKENS",
            1 << 18,
            1,
            1 << 30,
            "The most tokens that may wait; more is refused with RESOURCE_EXHAUSTED."),
        (long)
                settings.integer(
                    "SLUICE_GENERATE_CACHE_MIB",
                    64,
                    0,
                    1 << 20,
                    "Memory for the vectors of passages read before, in MiB; a passage of 170 tokens takes"
                        + " 66 KiB with the embedded model.")
            << MIB_SHIFT,
        settings.decimal(
            "SLUICE_GENERATE_SUPPORT_THRESHOLD",
            0.64,
            0,
            1,
            "The least support of an answer's best sentence; below it the service says that nothing"
                + " supports an answer. Belongs to the embedded model: measure it anew for another."));
  }
}
