package dev.sluice.serving.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.config.Settings;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client connects anew when its connection is old, and no call fails for it. */
@Timeout(60)
class ConnectionAgeIT {

  private final Set<String> callers = ConcurrentHashMap.newKeySet();
  private final ServiceServer server = new ServiceServer(config());
  private final ManagedChannel channel = serve();

  private static ServerConfig config() {
    var settings =
        new Settings(
            Map.of(
                "SLUICE_TEST_PORT", "0",
                "SLUICE_TEST_MANAGEMENT_PORT", "0",
                "SLUICE_TEST_CONNECTION_AGE", "200ms"));
    return ServerConfig.read(settings, "test", 0);
  }

  private ManagedChannel serve() {
    EmbedServiceImplBase service =
        new EmbedServiceImplBase() {
          @Override
          public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
            response.onNext(EmbedResponse.getDefaultInstance());
            response.onCompleted();
          }
        };
    server.serve(1 << 20, List.of(remembering()), List.of(service));
    return NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  private ServerInterceptor remembering() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        callers.add(String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
        return next.startCall(call, headers);
      }
    };
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void anOldConnectionIsReplacedWithoutAFailedCall() {
    var stub = EmbedServiceGrpc.newBlockingStub(channel);
    EmbedRequest request = EmbedRequest.newBuilder().addTexts("t").build();
    long start = System.nanoTime();
    while (callers.size() < 3) {
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
      var _ = stub.withDeadlineAfter(10, TimeUnit.SECONDS).embed(request);
    }
  }
}
