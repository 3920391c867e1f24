package dev.sluice.gateway.upstream;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.ChannelTls;
import java.util.List;

/**
 * Where the services are: {@code host:port}, several of them with commas, or another target of gRPC
 * ({@code dns:///name:port}).
 *
 * @param tls of the channels to them
 */
public record UpstreamConfig(String embed, String rerank, String generate, ChannelTls tls) {

  /** In plain text. */
  public UpstreamConfig(String embed, String rerank, String generate) {
    this(embed, rerank, generate, ChannelTls.NONE);
  }

  /** Reads {@code SLUICE_GATEWAY_…_TARGET}. */
  public static UpstreamConfig read(Settings settings) {
    ChannelTls tls =
        ChannelTls.read(settings, "SLUICE_GATEWAY_UPSTREAM_TLS_", "the gateway", "services");
    return new UpstreamConfig(
        target(settings, "EMBED", 7401, tls),
        target(settings, "RERANK", 7402, tls),
        target(settings, "GENERATE", 7403, tls),
        tls);
  }

  private static String target(Settings settings, String service, int port, ChannelTls tls) {
    String key = "SLUICE_GATEWAY_" + service + "_TARGET";
    String target =
        settings.text(
            key,
            "127.0.0.1:" + port,
            "The service's replicas: host:port, several of them separated by commas, or"
                + " dns:///name:port for all addresses of a name.");
    tls.refusal(key, List.of(target)).ifPresent(settings::refuse);
    return target;
  }

  /** The same services elsewhere. */
  public UpstreamConfig at(String embed, String rerank, String generate) {
    return new UpstreamConfig(embed, rerank, generate, tls);
  }
}
