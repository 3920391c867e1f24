package dev.sluice.standalone;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The channel of callers as docs/client.md recommends it for several gateways: round robin over
 * those that say they serve, and up to five attempts of what was UNAVAILABLE. Counts who served.
 */
final class Callers implements AutoCloseable {

  private static final Map<String, Object> SERVICE_CONFIG =
      Map.of(
          "loadBalancingConfig",
          List.of(Map.of("round_robin", Map.of())),
          "healthCheckConfig",
          Map.of("serviceName", "sluice.gateway.v1.SearchService"),
          "methodConfig",
          List.of(
              Map.of(
                  "name",
                  List.of(Map.of()),
                  "retryPolicy",
                  Map.of(
                      "maxAttempts",
                      5.0,
                      "initialBackoff",
                      "0.2s",
                      "maxBackoff",
                      "2s",
                      "backoffMultiplier",
                      2.0,
                      "retryableStatusCodes",
                      List.of("UNAVAILABLE")))));

  private final Map<Integer, AtomicInteger> served = new ConcurrentHashMap<>();
  private final AtomicInteger retried = new AtomicInteger();
  private final ManagedChannel channel;

  /**
   * @param gateways as {@code host:port,host:port}
   * @param waitForReady whether calls wait while no gateway is there
   */
  Callers(String gateways, boolean waitForReady) {
    String target = gateways.contains(",") ? "sluice-list:///" + gateways : gateways;
    channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .defaultServiceConfig(SERVICE_CONFIG)
            .intercept(new Counting(waitForReady))
            .build();
  }

  Channel channel() {
    return channel;
  }

  /** How many calls the gateway at a port has ended well. */
  int servedAt(int port) {
    return counter(port).get();
  }

  private AtomicInteger counter(int port) {
    return served.computeIfAbsent(port, _ -> new AtomicInteger());
  }

  @Override
  public String toString() {
    return "served by port " + served + ", attempts made again: " + retried;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private final class Counting implements ClientInterceptor {
    private final boolean waitForReady;

    Counting(boolean waitForReady) {
      this.waitForReady = waitForReady;
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      CallOptions changed = options.withStreamTracerFactory(new Attempts());
      ClientCall<Q, R> call =
          next.newCall(method, waitForReady ? changed.withWaitForReady() : changed);
      return new SimpleForwardingClientCall<>(call) {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<R>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                  count(status, call.getAttributes());
                  super.onClose(status, trailers);
                }
              },
              headers);
        }
      };
    }
  }

  private void count(Status status, Attributes attributes) {
    if (status.isOk()
        && attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress gateway) {
      counter(gateway.getPort()).incrementAndGet();
    }
  }

  private final class Attempts extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      if (info.getPreviousAttempts() > 0 || info.isTransparentRetry()) {
        retried.incrementAndGet();
      }
      return new ClientStreamTracer() {};
    }
  }
}
