package dev.sluice.gateway.upstream;

import dev.sluice.gateway.balance.Attempt;
import dev.sluice.gateway.balance.ReplicaPolicy;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.metrics.ProcessMetrics;
import dev.sluice.serving.network.Network;
import dev.sluice.serving.tls.ChannelSecurity;
import dev.sluice.serving.tracing.ClientSpans;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A channel to all replicas of one service: times its calls, spreads them as {@link ReplicaPolicy}
 * does, and retries what no server took. Owns the channel.
 */
public final class UpstreamChannel implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final long CLOSE_SECONDS = 5;

  /** The shortest that grpc allows; Sluice's servers permit it. */
  private static final long KEEP_ALIVE_SECONDS = 10;

  private static final List<String> UNAVAILABLE = List.of("UNAVAILABLE");

  /**
   * A call that is written into a connection which is just breaking ends as UNKNOWN in grpc-netty;
   * no service of ours answers so.
   */
  private static final List<String> UNAVAILABLE_OR_LOST = List.of("UNAVAILABLE", "UNKNOWN");

  private final ManagedChannel channel;
  private final ReplicaPolicy policy;

  private UpstreamChannel(ManagedChannel channel, ReplicaPolicy policy) {
    this.channel = channel;
    this.policy = policy;
  }

  /** To a service of Sluice's own, in plain text. */
  public static UpstreamChannel open(
      String name, String target, String service, ProcessMetrics metrics) {
    return open(name, target, service, ChannelSecurity.NONE, metrics);
  }

  /**
   * To a service of Sluice's own.
   *
   * @param name as "embed", in logs and metrics
   * @param target {@code host:port}, several of them with commas, or any target of grpc
   * @param service as its health service calls it
   */
  static UpstreamChannel open(
      String name,
      String target,
      String service,
      ChannelSecurity security,
      ProcessMetrics metrics) {
    ReplicaPolicy policy = ReplicaPolicy.register(name, metrics.registry());
    NettyChannelBuilder builder =
        builder(target, service, security, policy, metrics, UNAVAILABLE_OR_LOST)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .intercept(CallerMetadata.sender(() -> Entry.current().isCounted()));
    return new UpstreamChannel(builder.build(), policy);
  }

  /**
   * To somebody else's server, which may not permit that connections are probed, and is told of the
   * caller what stands in its requests alone.
   */
  static UpstreamChannel openForeign(
      String name,
      String target,
      String service,
      ChannelSecurity security,
      ProcessMetrics metrics) {
    ReplicaPolicy policy = ReplicaPolicy.register(name, metrics.registry());
    NettyChannelBuilder builder = builder(target, service, security, policy, metrics, UNAVAILABLE);
    return new UpstreamChannel(builder.build(), policy);
  }

  private static NettyChannelBuilder builder(
      String target,
      String service,
      ChannelSecurity security,
      ReplicaPolicy policy,
      ProcessMetrics metrics,
      List<String> retried) {
    return security
        .on(Network.on(NettyChannelBuilder.forTarget(AddressList.target(target))))
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .disableServiceConfigLookUp()
        .defaultServiceConfig(config(service, policy, retried))
        .enableRetry()
        .intercept(
            new Pushback(),
            Attempt.ofEveryCall(),
            metrics.clientCalls(),
            ClientSpans.OF_THE_CURRENT_CALL);
  }

  /**
   * Retries only before a response began (gRFC A6).
   *
   * @param retried status codes
   */
  private static Map<String, ?> config(String service, ReplicaPolicy policy, List<String> retried) {
    Map<String, ?> retries =
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
            retried);
    return Map.of(
        "methodConfig",
        List.of(Map.of("name", List.of(Map.of()), "retryPolicy", retries)),
        "retryThrottling",
        Map.of("maxTokens", 100.0, "tokenRatio", 0.1),
        "loadBalancingConfig",
        List.of(Map.of(policy.getPolicyName(), Map.of())),
        "healthCheckConfig",
        Map.of("serviceName", service));
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Takes no new calls. */
  void shutdown() {
    channel.shutdown();
  }

  @Override
  public void close() {
    shutdown();
    try {
      if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
    policy.close();
  }
}
