package dev.sluice.serving.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.config.Settings;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are none, to an endpoint here, to a forwarded one, and to the health service. */
@Timeout(60)
class MalformedRequestsIT {

  private static final EmbedRequest TEXT = EmbedRequest.newBuilder().addTexts("a").build();

  private final ServiceServer server = new ServiceServer(config());
  private final ManagedChannel channel = serve();

  private static ServerConfig config() {
    Settings settings =
        new Settings(Map.of("SLUICE_TEST_PORT", "0", "SLUICE_TEST_MANAGEMENT_PORT", "0"));
    return ServerConfig.read(settings, "test", 0);
  }

  private ManagedChannel serve() {
    server.serve(
        1 << 20, List.of(CallerMetadata.receiver()), List.of(new Here()), List.of(forwarded()));
    return NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  private static final class Here extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      response.onNext(EmbedResponse.getDefaultInstance());
      response.onCompleted();
    }
  }

  private static ServerServiceDefinition forwarded() {
    return ServerServiceDefinition.builder(RerankServiceGrpc.SERVICE_NAME)
        .addMethod(
            RerankServiceGrpc.getRerankMethod(),
            (call, headers) -> forward(call, RerankResponse.getDefaultInstance()))
        .build();
  }

  /** Asks for one message at a time, and knows nothing of methods. */
  private static <Q, R> ServerCall.Listener<Q> forward(ServerCall<Q, R> call, R answer) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        call.sendHeaders(new Metadata());
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
      }
    };
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void aRequestThatBreaksARuleNamesTheField() throws Exception {
    EmbedRequest empty = EmbedRequest.newBuilder().addTexts("a").addTexts("").build();
    StatusRuntimeException failure = ended(EmbedServiceGrpc.getEmbedMethod(), empty, 1);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    BadRequest request = details.getDetails(0).unpack(BadRequest.class);
    assertThat(request.getFieldViolations(0).getField()).isEqualTo("texts[1]");
  }

  /** grpc-java says INTERNAL, as if it were our fault. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aMethodThatTakesOneMessageTakesNoOtherNumber(int messages) {
    Status.Code expected = messages == 1 ? Status.Code.OK : Status.Code.INVALID_ARGUMENT;
    assertThat(code(EmbedServiceGrpc.getEmbedMethod(), TEXT, messages)).isEqualTo(expected);
    assertThat(
            code(RerankServiceGrpc.getRerankMethod(), RerankRequest.getDefaultInstance(), messages))
        .as("forwarded")
        .isEqualTo(expected);
    assertThat(code(HealthGrpc.getCheckMethod(), HealthCheckRequest.getDefaultInstance(), messages))
        .as("not ours")
        .isEqualTo(expected);
  }

  @Test
  void bytesThatAreNoMessageAreInvalid() {
    var method =
        EmbedServiceGrpc.getEmbedMethod().toBuilder(
                raw(), EmbedServiceGrpc.getEmbedMethod().getResponseMarshaller())
            .build();
    assertThat(code(method, new byte[] {(byte) 0xff, 1, 2}, 1))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private <Q, R> Status.Code code(MethodDescriptor<Q, R> method, Q message, int times) {
    return ended(method, message, times).getStatus().getCode();
  }

  /** How a call ends in which a message comes so many times. */
  private <Q, R> StatusRuntimeException ended(MethodDescriptor<Q, R> method, Q message, int times) {
    var ended = new CompletableFuture<StatusRuntimeException>();
    ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status.asRuntimeException(trailers));
          }
        },
        new Metadata());
    call.request(2);
    for (int i = 0; i < times; i++) {
      call.sendMessage(message);
    }
    call.halfClose();
    return ended.join();
  }

  private static Marshaller<byte[]> raw() {
    return new Marshaller<>() {
      @Override
      public InputStream stream(byte[] value) {
        return new ByteArrayInputStream(value);
      }

      @Override
      public byte[] parse(InputStream stream) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
