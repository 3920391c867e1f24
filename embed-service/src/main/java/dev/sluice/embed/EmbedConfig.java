package dev.sluice.embed;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.models.ModelsConfig;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.tls.ChannelTls;

/**
 * What the embed-service is configured with.
 *
 * @param modelServers how they are reached
 */
public record EmbedConfig(
    ServerConfig server, ModelsConfig<EmbedModelConfig> models, ChannelTls modelServers) {

  private static final int PORT = 7401;
  private static final String PREFIX = "SLUICE_EMBED_";

  /** Reads {@code SLUICE_EMBED_…}. */
  public static EmbedConfig read(Settings settings) {
    return new EmbedConfig(
        ServerConfig.read(settings, "embed", PORT),
        ModelsConfig.read(settings, PREFIX, EmbedModelConfig::read),
        ChannelTls.read(settings, PREFIX + "UPSTREAM_TLS_", "the embed-service", "model servers"));
  }
}
