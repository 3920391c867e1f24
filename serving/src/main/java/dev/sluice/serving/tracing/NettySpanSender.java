package dev.sluice.serving.tracing;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends spans over a channel of its own. Waits for a collector that is away as long as a request
 * may take, so that one which restarts misses nothing. Owns the channel.
 */
final class NettySpanSender implements GrpcSender {

  private static final int HTTPS_PORT = 443;

  private final ManagedChannel channel;
  private final MethodDescriptor<MessageWriter, byte[]> method;
  private final long timeoutNanos;

  NettySpanSender(GrpcSenderConfig config) {
    this.channel = channel(config.getEndpoint());
    this.method =
        MethodDescriptor.<MessageWriter, byte[]>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName(config.getFullMethodName())
            .setRequestMarshaller(new WrittenMessage())
            .setResponseMarshaller(new ReadMessage())
            .build();
    this.timeoutNanos = config.getTimeout().toNanos();
  }

  private static ManagedChannel channel(URI endpoint) {
    int port = endpoint.getPort() < 0 ? HTTPS_PORT : endpoint.getPort();
    var builder =
        NettyChannelBuilder.forTarget("dns:///" + endpoint.getHost() + ":" + port)
            .directExecutor()
            .disableServiceConfigLookUp()
            .disableRetry();
    return "https".equals(endpoint.getScheme())
        ? builder.useTransportSecurity().build()
        : builder.usePlaintext().build();
  }

  @Override
  public void send(
      MessageWriter message, Consumer<GrpcResponse> answered, Consumer<Throwable> failed) {
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
            .withWaitForReady();
    Context.ROOT.run(() ->
        ClientCalls.asyncUnaryCall(
            channel.newCall(method, options), message, new Reply(answered, failed)));
  }

  /** What became of a request. */
  private record Reply(Consumer<GrpcResponse> answered, Consumer<Throwable> failed)
      implements StreamObserver<byte[]> {

    @Override
    public void onNext(byte[] response) {
      answered.accept(new Said(GrpcStatusCode.OK, "", response));
    }

    @Override
    public void onError(Throwable thrown) {
      Status status = Status.fromThrowable(thrown);
      if (status.getCode() == Status.Code.UNAVAILABLE) {
        failed.accept(thrown);
      } else {
        GrpcStatusCode code = GrpcStatusCode.fromValue(status.getCode().value());
        answered.accept(new Said(code, String.valueOf(status.getDescription()), new byte[0]));
      }
    }

    @Override
    public void onCompleted() {}
  }

  /** The collector's answer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Said(GrpcStatusCode code, String description, byte[] message)
      implements GrpcResponse {

    @Override
    public GrpcStatusCode getStatusCode() {
      return code;
    }

    @Override
    public String getStatusDescription() {
      return description;
    }

    @Override
    public byte[] getResponseMessage() {
      return message;
    }
  }

  @Override
  public CompletableResultCode shutdown() {
    channel.shutdownNow();
    return CompletableResultCode.ofSuccess();
  }
}
