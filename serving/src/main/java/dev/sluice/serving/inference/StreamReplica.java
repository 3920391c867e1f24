package dev.sluice.serving.inference;

import dev.sluice.inference.GRPCInferenceServiceGrpc;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingV2Stub;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelStreamInferResponse;
import dev.sluice.serving.network.Network;
import dev.sluice.serving.tls.ChannelSecurity;
import dev.sluice.serving.tracing.ClientSpans;
import io.grpc.ConnectivityState;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import java.util.concurrent.TimeUnit;

/** One model server, for streams. Owns its channel; has no threads of its own. */
final class StreamReplica implements AutoCloseable {

  /** What of a stream may arrive before it is read, in bytes: the bound of a stream's memory. */
  private static final int FLOW_CONTROL_WINDOW = 64 << 10;

  /** The largest answer: one that repeats all of the text so far. */
  private static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final int CONNECT_MILLIS = 3000;
  private static final long CLOSE_SECONDS = 5;

  /** Has Triton end a stream that fails with a status, which says more than a message in it. */
  private static final Metadata.Key<String> GRPC_ERROR =
      Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER);

  private final String target;
  private final ManagedChannel channel;
  private final GRPCInferenceServiceBlockingV2Stub stub;

  StreamReplica(String target, ChannelSecurity security) {
    this.target = target;
    this.channel =
        security
            .on(Network.on(NettyChannelBuilder.forTarget(target)))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .disableRetry()
            .intercept(ClientSpans.OF_THE_CURRENT_CALL)
            .build();
    var headers = new Metadata();
    headers.put(GRPC_ERROR, "true");
    this.stub =
        GRPCInferenceServiceGrpc.newBlockingV2Stub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  String target() {
    return target;
  }

  /**
   * Begins a call in the current {@link io.grpc.Context}. One that failed to connect connects anew,
   * and does not wait for the channel's own back-off, which may be minutes.
   */
  BlockingClientCall<ModelInferRequest, ModelStreamInferResponse> call(Deadline deadline) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.enterIdle();
    }
    return stub.withDeadline(deadline).modelStreamInfer();
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
