package dev.sluice.serving.inference;

import dev.sluice.inference.GRPCInferenceServiceGrpc;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ServerLiveRequest;
import dev.sluice.inference.ServerLiveResponse;
import dev.sluice.serving.encoder.Tensor;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/** One model server. Owns its channel; has no threads of its own. */
final class Replica implements AutoCloseable {

  /** More than any answer of ours has: 64 × 512 tokens × 1024 floats are 128 MiB. */
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  /** An answer of this size arrives without waiting for the reader's word. */
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  /** For callers without a deadline. */
  private static final long LONGEST_RUN_SECONDS = 60;

  private static final long PING_SECONDS = 1;
  private static final long CLOSE_SECONDS = 5;

  private final String target;
  private final ManagedChannel channel;
  private final GRPCInferenceServiceBlockingStub blocking;
  private final GRPCInferenceServiceStub async;
  private final RoundTrip roundTrip = new RoundTrip();

  Replica(String target) {
    this.target = target;
    this.channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .disableRetry()
            .build();
    this.blocking = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    this.async = GRPCInferenceServiceGrpc.newStub(channel);
  }

  /** Runs a model, until the current {@link Context} ends at the latest. */
  Tensor infer(Inference inference) {
    try {
      ModelInferResponse response =
          blocking
              .withDeadlineAfter(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)
              .modelInfer(inference.message());
      return Answer.read(response, inference);
    } catch (StatusRuntimeException e) {
      throw ModelServerFailure.of(target, e);
    }
  }

  long roundTripNanos() {
    return roundTrip.nanos();
  }

  /**
   * Measures the way there and back, if it is time to. A replica that is not connected is asked to
   * connect and measured the next time, so that no connection is waited for.
   */
  void ping() {
    boolean connected = channel.getState(true) == ConnectivityState.READY;
    if (connected && roundTrip.due(System.nanoTime())) {
      Context.ROOT.run(() ->
          async
              .withDeadlineAfter(PING_SECONDS, TimeUnit.SECONDS)
              .serverLive(ServerLiveRequest.getDefaultInstance(), new Ping(roundTrip)));
    }
  }

  private record Ping(RoundTrip roundTrip) implements StreamObserver<ServerLiveResponse> {
    @Override
    public void onNext(ServerLiveResponse response) {
      roundTrip.answered(System.nanoTime());
    }

    @Override
    public void onError(Throwable thrown) {
      roundTrip.failed();
    }

    @Override
    public void onCompleted() {}
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
