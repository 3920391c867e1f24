package dev.sluice.rerank;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.models.ModelsConfig;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.tls.ChannelTls;

/**
 * What the rerank-service is configured with.
 *
 * @param modelServers how they are reached
 */
public record RerankConfig(
    ServerConfig server, ModelsConfig<RerankModelConfig> models, ChannelTls modelServers) {

  private static final int PORT = 7402;
  private static final String PREFIX = "SLUICE_RERANK_";

  /** Reads {@code SLUICE_RERANK_…}. */
  public static RerankConfig read(Settings settings) {
    return new RerankConfig(
        ServerConfig.read(settings, "rerank", PORT),
        ModelsConfig.read(settings, PREFIX, RerankModelConfig::read),
        ChannelTls.read(settings, PREFIX + "UPSTREAM_TLS_", "the rerank-service", "model servers"));
  }
}
