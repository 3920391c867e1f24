package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EntranceIT {

  private final ServiceServer server = new ServiceServer(config());
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> left = new LinkedBlockingQueue<>();
  private volatile boolean open = true;
  private ManagedChannel channel;

  private static ServerConfig config() {
    return ServerConfig.read(
        new Settings(Map.of("SLUICE_EMBED_PORT", "0", "SLUICE_EMBED_MANAGEMENT_PORT", "0")),
        "embed",
        0);
  }

  /** Lets calls in while it is open, and says which thread asked. */
  private final class Gate implements Door {
    @Override
    public Entry enter(
        MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline) {
      seen.add("door on " + (Thread.currentThread().isVirtual() ? "virtual" : "network"));
      if (!open) {
        throw new Failure.Overloaded("FULL", "full", Duration.ofMillis(70));
      }
      return new Entry() {
        @Override
        public void answering() {
          seen.add("answering");
        }

        @Override
        public void left(Status status) {
          left.add("left");
        }
      };
    }
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      seen.add("endpoint on " + (Thread.currentThread().isVirtual() ? "virtual" : "network"));
      Entry.current().answering();
      response.onNext(EmbedResponse.getDefaultInstance());
      response.onCompleted();
    }

    @Override
    public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> responses) {
      return new Endless();
    }
  }

  /** A stream that nobody answers and nobody ends. */
  private static final class Endless implements StreamObserver<EmbedRequest> {
    @Override
    public void onNext(EmbedRequest request) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  @BeforeEach
  void start() {
    server.guard(new Gate());
    server.serve(1 << 20, List.of(), List.of(new Embed()));
    channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private void embed() {
    EmbedServiceGrpc.newBlockingStub(channel)
        .embed(EmbedRequest.newBuilder().addTexts("gate").build());
  }

  @Test
  void theDoorIsAskedOnTheNetworksThreadAndTheEndpointRunsOnItsOwn() throws Exception {
    embed();
    assertThat(left.poll(50, TimeUnit.SECONDS)).isEqualTo("left");
    assertThat(seen).containsExactly("door on network", "endpoint on virtual", "answering");
    assertThat(left).isEmpty();
  }

  @Test
  void aRefusedCallNeverReachesTheEndpoint() {
    open = false;
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(this::embed)
        .satisfies(refusal -> {
          assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          assertThat(Status.trailersFromThrowable(refusal))
              .extracting(trailers -> trailers.get(FailureStatus.RETRY_PUSHBACK))
              .isEqualTo("70");
        });
    assertThat(seen).containsExactly("door on network");
    assertThat(left).isEmpty();
  }

  @Test
  void healthIsToldThoughTheDoorIsShut() {
    open = false;
    var health = HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    assertThat(health.getStatusValue()).isEqualTo(1);
    assertThat(seen).isEmpty();
  }

  @Test
  void aCallThatIsGivenUpLeaves() throws Exception {
    StreamObserver<EmbedRequest> requests =
        EmbedServiceGrpc.newStub(channel).embedStream(new Silent());
    assertThat(seen.poll(50, TimeUnit.SECONDS)).isEqualTo("door on network");
    requests.onError(Status.CANCELLED.asRuntimeException());
    assertThat(left.poll(50, TimeUnit.SECONDS)).isEqualTo("left");
  }

  private static final class Silent implements StreamObserver<EmbedResponse> {
    @Override
    public void onNext(EmbedResponse response) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
