package dev.sluice.gateway.upstream;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.metrics.ProcessMetrics;
import io.grpc.ManagedChannel;
import java.util.List;

/** The channels to the three services. Owns them. */
public final class Upstreams implements AutoCloseable {

  private final UpstreamChannel embed;
  private final UpstreamChannel rerank;
  private final UpstreamChannel generate;

  public Upstreams(UpstreamConfig config, ProcessMetrics metrics) {
    embed = UpstreamChannel.open("embed", config.embed(), EmbedServiceGrpc.SERVICE_NAME, metrics);
    rerank =
        UpstreamChannel.open("rerank", config.rerank(), RerankServiceGrpc.SERVICE_NAME, metrics);
    generate =
        UpstreamChannel.open(
            "generate", config.generate(), GenerateServiceGrpc.SERVICE_NAME, metrics);
  }

  public ManagedChannel embed() {
    return embed.channel();
  }

  public ManagedChannel rerank() {
    return rerank.channel();
  }

  public ManagedChannel generate() {
    return generate.channel();
  }

  @Override
  public void close() {
    List<UpstreamChannel> channels = List.of(embed, rerank, generate);
    channels.forEach(UpstreamChannel::shutdown);
    channels.forEach(UpstreamChannel::close);
  }
}
