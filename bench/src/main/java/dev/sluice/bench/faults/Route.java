package dev.sluice.bench.faults;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.gateway.GatewayServer;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.upstream.Hedging;
import dev.sluice.gateway.upstream.UpstreamChannel;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.metrics.ProcessMetrics;
import io.grpc.Deadline;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A way of calls through the gateway to its replicas. Owns what it needs. */
public interface Route extends AutoCloseable {

  long DEADLINE_SECONDS = 2;

  /** Makes a call; throws when it fails. */
  void call(EmbedRequest request);

  @Override
  void close();

  /** As a search embeds its query: hedged, and retried. */
  static Route ofSearches(String replicas) {
    var metrics = new ProcessMetrics();
    UpstreamChannel channel =
        UpstreamChannel.open("embed", replicas, EmbedServiceGrpc.SERVICE_NAME, metrics);
    var embed = new EmbedUpstream(channel.channel(), new Hedging("embed", metrics.registry()));
    return new Route() {
      @Override
      public void call(EmbedRequest request) {
        embed.embed(request, Deadline.after(DEADLINE_SECONDS, TimeUnit.SECONDS));
      }

      @Override
      public void close() {
        channel.close();
        metrics.close();
      }
    };
  }

  /** As the gateway forwards calls of its own callers: retried only. */
  static Route ofForwarding(String replicas, Path data) {
    var settings =
        new Settings(
            Map.of(
                "SLUICE_GATEWAY_PORT",
                "0",
                "SLUICE_GATEWAY_MANAGEMENT_PORT",
                "0",
                "SLUICE_GATEWAY_EMBED_TARGET",
                replicas,
                "SLUICE_DATA",
                data.toString()));
    var gateway = GatewayServer.start(GatewayConfig.read(settings));
    var channel = NettyChannelBuilder.forTarget(gateway.address()).usePlaintext().build();
    var embed = EmbedServiceGrpc.newBlockingStub(channel);
    return new Route() {
      @Override
      public void call(EmbedRequest request) {
        var _ = embed.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).embed(request);
      }

      @Override
      public void close() {
        channel.shutdownNow();
        gateway.close();
      }
    };
  }
}
