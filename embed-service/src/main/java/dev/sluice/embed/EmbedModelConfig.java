package dev.sluice.embed;

import dev.sluice.serving.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one model is configured with.
 *
 * @param backend what runs the model
 * @param modelDirectory the model, or its tokenizer where model servers run it; absent means the
 *     embedded one
 * @param remote the model on model servers
 * @param slots batches that run side by side in this process
 * @param maxQueuedTokens the most tokens that may wait
 */
record EmbedModelConfig(
    Backend backend,
    Optional<Path> modelDirectory,
    RemoteConfig remote,
    int slots,
    int maxQueuedTokens) {

  /** Reads the keys that begin with a prefix. */
  static EmbedModelConfig read(Settings settings, String prefix) {
    return new EmbedModelConfig(
        settings.choice(
            prefix + "BACKEND",
            Backend.ONNX,
            "What runs the model: ONNX Runtime in this process, or model servers that speak the"
                + " Open Inference Protocol."),
        settings.path(
            prefix + "MODEL_DIRECTORY",
            "Directory with model.onnx and tokenizer.json of a sentence encoder; without it the"
                + " embedded BGE-small-en-v1.5 answers. Model servers need no model.onnx here."),
        RemoteConfig.read(settings, prefix),
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
            "The most tokens that may wait; more is refused with RESOURCE_EXHAUSTED."));
  }
}
