package dev.sluice.gateway.upstream;

import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.metrics.ProcessMetrics;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The channels to the three services and to the data sources. Each carries the caller along, times
 * its calls, spreads them over all addresses of its target and retries what found no server. Owns
 * the channels.
 */
public final class Upstreams implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final long CLOSE_SECONDS = 5;

  /** Only UNAVAILABLE, and only before a response began (gRFC A6). */
  private static final Map<String, ?> RETRIES =
      Map.of(
          "methodConfig",
          List.of(
              Map.of(
                  "name",
                  List.of(Map.of()),
                  "retryPolicy",
                  Map.of(
                      "maxAttempts",
                      3.0,
                      "initialBackoff",
                      "0.02s",
                      "maxBackoff",
                      "0.2s",
                      "backoffMultiplier",
                      2.0,
                      "retryableStatusCodes",
                      List.of("UNAVAILABLE")))),
          "retryThrottling",
          Map.of("maxTokens", 100.0, "tokenRatio", 0.1));

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final DataSources dataSources;

  public Upstreams(UpstreamConfig config, DataSourcesConfig sources, ProcessMetrics metrics) {
    channels.add(channel(config.embed(), metrics));
    channels.add(channel(config.rerank(), metrics));
    channels.add(channel(config.generate(), metrics));
    Map<String, RetrieveUpstream> byName = new HashMap<>();
    sources
        .targets()
        .forEach((name, target) -> {
          ManagedChannel channel = channel(target, metrics);
          channels.add(channel);
          byName.put(name, new RetrieveUpstream(name, channel));
        });
    dataSources = new DataSources(byName);
  }

  private static ManagedChannel channel(String target, ProcessMetrics metrics) {
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .defaultLoadBalancingPolicy("round_robin")
        .defaultServiceConfig(RETRIES)
        .enableRetry()
        .intercept(CallerMetadata.sender(), metrics.clientCalls())
        .build();
  }

  public ManagedChannel embed() {
    return channels.get(0);
  }

  public ManagedChannel rerank() {
    return channels.get(1);
  }

  public ManagedChannel generate() {
    return channels.get(2);
  }

  public DataSources dataSources() {
    return dataSources;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdown);
    for (ManagedChannel channel : channels) {
      awaitTermination(channel);
    }
  }

  private static void awaitTermination(ManagedChannel channel) {
    try {
      if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
