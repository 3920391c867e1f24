package dev.sluice.serving.inference;

import dev.sluice.inference.GRPCInferenceServiceGrpc;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.sluice.inference.ModelConfigRequest;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelMetadataRequest;
import dev.sluice.inference.ModelReadyRequest;
import dev.sluice.inference.ServerLiveRequest;
import dev.sluice.inference.ServerLiveResponse;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.logs.RequestText;
import dev.sluice.serving.network.Network;
import dev.sluice.serving.tls.ChannelSecurity;
import dev.sluice.serving.tracing.ClientSpans;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model server. Owns its channel; has no threads of its own. */
final class Replica implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  /** More than any answer of ours has: 64 × 512 tokens × 1024 floats are 128 MiB. */
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  /** An answer of this size arrives without waiting for the reader's word. */
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  /** For callers without a deadline. */
  private static final long LONGEST_RUN_SECONDS = 60;

  private static final long PING_SECONDS = 1;

  /** A question about a model takes no longer, or the server does not answer. */
  private static final long QUESTION_SECONDS = 5;

  private static final long CLOSE_SECONDS = 5;

  private final String target;
  private final ManagedChannel channel;
  private final GRPCInferenceServiceBlockingStub blocking;
  private final GRPCInferenceServiceStub async;
  private final RoundTrip roundTrip = new RoundTrip();
  private final AtomicLong requests = new AtomicLong();

  Replica(String target, ChannelSecurity security) {
    this.target = target;
    this.channel =
        security
            .on(Network.on(NettyChannelBuilder.forTarget(target)))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .disableRetry()
            .intercept(ClientSpans.OF_THE_CURRENT_CALL)
            .build();
    this.blocking = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    this.async = GRPCInferenceServiceGrpc.newStub(channel);
  }

  String target() {
    return target;
  }

  /** Runs a model, until the current {@link Context} ends at the latest. */
  Tensor infer(Inference inference) {
    String id = Long.toString(requests.incrementAndGet());
    try {
      ModelInferResponse response =
          blocking
              .withDeadlineAfter(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)
              .modelInfer(inference.message(id));
      return Answer.read(response, inference, id);
    } catch (StatusRuntimeException e) {
      throw logged(ModelServerFailure.of(e), e.getStatus());
    }
  }

  private RuntimeException logged(RuntimeException failure, Status status) {
    switch (failure) {
      case Failure.Cancelled _, Failure.DeadlineExceeded _, Failure.Overloaded _ ->
          LOG.debug(
              "model server {} answered {} {}",
              target,
              status.getCode(),
              RequestText.said(status.getDescription()));
      default ->
          LOG.warn(
              "model server {} answered {} {}",
              target,
              status.getCode(),
              RequestText.said(status.getDescription()));
    }
    return failure;
  }

  /**
   * @throws Failure when the model is not ready, or the server does not say so in time
   */
  void requireReady(String model) {
    var request = ModelReadyRequest.newBuilder().setName(model).build();
    if (!ask(stub -> stub.modelReady(request)).getReady()) {
      throw new Failure.Unavailable(
          "MODEL_NOT_READY", "the model server does not have the model ready");
    }
  }

  /** As Triton says it, or in the protocol's words where the server is another. */
  ModelDescription describe(String model) {
    var config = ModelConfigRequest.newBuilder().setName(model).build();
    var metadata = ModelMetadataRequest.newBuilder().setName(model).build();
    return ask(stub -> {
      try {
        return ModelDescription.of(stub.modelConfig(config).getConfig());
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
          throw e;
        }
        return ModelDescription.of(stub.modelMetadata(metadata));
      }
    });
  }

  /** A server that was away is asked at once: gRPC would pause for up to two minutes. */
  private <T> T ask(Function<GRPCInferenceServiceBlockingStub, T> question) {
    channel.resetConnectBackoff();
    try {
      return question.apply(blocking.withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      LOG.debug("model server {} answered {}", target, e.getStatus());
      throw ModelServerFailure.of(e);
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
