package dev.sluice.bench.gateway;

import dev.sluice.bench.overhead.ChildProcess;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Embed calls of one short text, many in flight, through the gateway and through {@link BareProxy}
 * to the same instant service. Client, gateway, proxy and service are four processes. Rounds of
 * both take turns.
 */
public final class ForwardedCalls {

  private static final int IN_FLIGHT = 64;
  private static final int WARM_UPS = 4;
  private static final Duration ROUND = Duration.ofSeconds(6);

  private ForwardedCalls() {}

  /**
   * What one round found.
   *
   * @param rate calls a second
   * @param processor microseconds of the forwarding process's processor time for a call
   */
  public record Side(double rate, double processor) {}

  /** A round of both. */
  public record Round(Side gateway, Side proxy) {}

  /** Measures some rounds. */
  public static List<Round> run(int rounds) throws Exception {
    try (var gateway = GatewayProcess.start(Pace.INSTANT);
        var proxy =
            ChildProcess.start(
                BareProxy.class, Map.of(), Integer.toString(gateway.servicesPort()))) {
      gateway.store();
      ManagedChannel bare =
          NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(proxy.line()))
              .usePlaintext()
              .directExecutor()
              .build();
      try {
        List<Round> measured = new ArrayList<>();
        for (int round = -WARM_UPS; round < rounds; round++) {
          var both =
              new Round(
                  side(gateway.channel(), gateway::processorTime),
                  side(bare, proxy::processorTime));
          print(round, both);
          if (round >= 0) {
            measured.add(both);
          }
        }
        return measured;
      } finally {
        bare.shutdownNow();
      }
    }
  }

  private static void print(int round, Round both) {
    System.err.printf(
        "embed, %s: gateway %.0f calls/s (%.1f µs each), bare proxy %.0f (%.1f)%n",
        round < 0 ? "warming up" : "round " + (round + 1),
        both.gateway().rate(),
        both.gateway().processor(),
        both.proxy().rate(),
        both.proxy().processor());
  }

  private static Side side(Channel channel, Supplier<Duration> processorTime) throws Exception {
    long before = processorTime.get().toNanos();
    var load = new Load(channel);
    long calls = load.run();
    double processor = (processorTime.get().toNanos() - before) / 1e3 / calls;
    return new Side(calls * 1e9 / ROUND.toNanos(), processor);
  }

  /** Sends the next call whenever one has ended. */
  private static final class Load {

    private static final MethodDescriptor<byte[], byte[]> EMBED =
        RawBytes.of(EmbedServiceGrpc.getEmbedMethod());
    private static final byte[] REQUEST =
        EmbedRequest.newBuilder().addTexts("Which gate opens slowly?").build().toByteArray();

    private final Channel channel;
    private final long end = System.nanoTime() + ROUND.toNanos();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Semaphore ended = new Semaphore(0);

    Load(Channel channel) {
      this.channel = channel;
    }

    long run() throws InterruptedException {
      for (int i = 0; i < IN_FLIGHT; i++) {
        next();
      }
      if (!ended.tryAcquire(IN_FLIGHT, ROUND.toSeconds() + 30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("calls did not end");
      }
      if (failure.get() != null) {
        throw new IllegalStateException("a call failed", failure.get());
      }
      return calls.get();
    }

    private void next() {
      ClientCalls.asyncUnaryCall(
          channel.newCall(EMBED, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS)),
          REQUEST,
          new StreamObserver<>() {
            @Override
            public void onNext(byte[] response) {}

            @Override
            public void onError(Throwable thrown) {
              failure.set(thrown);
              ended.release();
            }

            @Override
            public void onCompleted() {
              if (System.nanoTime() < end) {
                calls.incrementAndGet();
                next();
              } else {
                ended.release();
              }
            }
          });
    }
  }
}
