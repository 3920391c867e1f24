package dev.sluice.gateway.upstream;

import dev.sluice.serving.config.Settings;

/**
 * Where the services are: {@code host:port}, several of them with commas, or another target of gRPC
 * ({@code dns:///name:port}).
 */
public record UpstreamConfig(String embed, String rerank, String generate) {

  /** Reads {@code SLUICE_GATEWAY_…_TARGET}. */
  public static UpstreamConfig read(Settings settings) {
    return new UpstreamConfig(
        target(settings, "EMBED", 7401),
        target(settings, "RERANK", 7402),
        target(settings, "GENERATE", 7403));
  }

  private static String target(Settings settings, String service, int port) {
    return settings.text(
        "SLUICE_GATEWAY_" + service + "_TARGET",
        "127.0.0.1:" + port,
        "The service's replicas: host:port, several of them separated by commas, or"
            + " dns:///name:port for all addresses of a name.");
  }
}
