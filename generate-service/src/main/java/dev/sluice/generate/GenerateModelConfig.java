package dev.sluice.generate;

import dev.sluice.generate.extractive.ExtractiveConfig;
import dev.sluice.generate.openai.OpenAiConfig;
import dev.sluice.generate.triton.TritonConfig;
import dev.sluice.serving.config.Settings;

/** What one model is configured with; of the back ends one is used. */
record GenerateModelConfig(
    Backend backend, ExtractiveConfig extractive, OpenAiConfig openAi, TritonConfig triton) {

  /** Reads the keys that begin with a prefix. */
  static GenerateModelConfig read(Settings settings, String prefix) {
    return new GenerateModelConfig(
        settings.choice(
            prefix + "BACKEND",
            Backend.EXTRACTIVE,
            "What writes the text: sentences chosen from the documents in this process, model"
                + " servers that speak the OpenAI chat-completions API, or Triton servers with vLLM"
                + " or TensorRT-LLM."),
        ExtractiveConfig.read(settings, prefix),
        OpenAiConfig.read(settings, prefix),
        TritonConfig.read(settings, prefix));
  }
}
