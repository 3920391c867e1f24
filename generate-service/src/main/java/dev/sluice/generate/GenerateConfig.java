package dev.sluice.generate;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.models.ModelsConfig;
import dev.sluice.serving.server.ServerConfig;

/** What the generate-service is configured with. */
public record GenerateConfig(ServerConfig server, ModelsConfig<GenerateModelConfig> models) {

  private static final int PORT = 7403;
  private static final String PREFIX = "SLUICE_GENERATE_";

  /** Reads {@code SLUICE_GENERATE_…}. */
  public static GenerateConfig read(Settings settings) {
    return new GenerateConfig(
        ServerConfig.read(settings, "generate", PORT),
        ModelsConfig.read(settings, PREFIX, GenerateModelConfig::read));
  }
}
