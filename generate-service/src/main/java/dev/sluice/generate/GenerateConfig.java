package dev.sluice.generate;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.models.ModelsConfig;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.tls.ChannelTls;

/**
 * What the generate-service is configured with.
 *
 * @param modelServers how they are reached
 */
public record GenerateConfig(
    ServerConfig server, ModelsConfig<GenerateModelConfig> models, ChannelTls modelServers) {

  private static final int PORT = 7403;
  private static final String PREFIX = "SLUICE_GENERATE_";

  /** Reads {@code SLUICE_GENERATE_…}. */
  public static GenerateConfig read(Settings settings) {
    return new GenerateConfig(
        ServerConfig.read(settings, "generate", PORT),
        ModelsConfig.read(settings, PREFIX, GenerateModelConfig::read),
        ChannelTls.read(
            settings, PREFIX + "UPSTREAM_TLS_", "the generate-service", "model servers"));
  }
}
