package dev.sluice.generate;

import dev.sluice.generate.extractive.ExtractiveConfig;
import dev.sluice.generate.openai.OpenAiConfig;
import dev.sluice.generate.triton.TritonConfig;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServerConfig;

/** What the generate-service is configured with; of the back ends one is used. */
public record GenerateConfig(
    ServerConfig server,
    Backend backend,
    ExtractiveConfig extractive,
    OpenAiConfig openAi,
    TritonConfig triton) {

  private static final int PORT = 7403;
  private static final String PREFIX = "SLUICE_GENERATE_";

  /** Reads {@code SLUICE_GENERATE_…}. */
  public static GenerateConfig read(Settings settings) {
    return new GenerateConfig(
        ServerConfig.read(settings, "generate", PORT),
        settings.choice(
            PREFIX + "BACKEND",
            Backend.EXTRACTIVE,
            "What writes the text: sentences chosen from the documents in this process, model"
                + " servers that speak the OpenAI chat-completions API, or Triton."),
        ExtractiveConfig.read(settings, PREFIX),
        OpenAiConfig.read(settings, PREFIX),
        TritonConfig.read(settings, PREFIX));
  }
}
