package dev.sluice.rerank;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.inference.Backend;
import dev.sluice.serving.inference.ModelServerConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one model is configured with.
 *
 * @param backend what runs the model
 * @param modelDirectory the model, or its tokenizer where model servers run it; absent means the
 *     embedded one
 * @param remote the model on model servers
 * @param slots batches that run side by side in this process; 0 means one for each processor
 * @param maxQueuedTokens the most tokens that may wait
 * @param cacheBytes the most memory that cached passages take
 */
record RerankModelConfig(
    Backend backend,
    Optional<Path> modelDirectory,
    ModelServerConfig remote,
    int slots,
    int maxQueuedTokens,
    long cacheBytes) {

  private static final int MIB_SHIFT = 20;

  /** Reads the keys that begin with a prefix. */
  static RerankModelConfig read(Settings settings, String prefix) {
    return new RerankModelConfig(
        settings.choice(
            prefix + "BACKEND",
            Backend.ONNX,
            "What runs the model: ONNX Runtime in this process, or model servers that speak the"
                + " Open Inference Protocol, for cross-encoders."),
        settings.path(
            prefix + "MODEL_DIRECTORY",
            "Directory with model.onnx and tokenizer.json of a cross-encoder or a sentence encoder;"
                + " without it the embedded BGE-small-en-v1.5 reranks by late interaction. Model"
                + " servers need the directory, but no model.onnx in it."),
        ModelServerConfig.read(
            settings,
            prefix,
            "rerank",
            "logits",
            "The output of the model on model servers: one logit or two for each pair, FP32, FP16"
                + " or BF16."),
        settings.integer(
            prefix + "SLOTS",
            0,
            0,
            1024,
            "Batches that run side by side in this process, one thread each; 0 means one for each"
                + " processor."),
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
