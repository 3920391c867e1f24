package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of any size through two real connections. */
class PassThroughIT {

  private final AtomicInteger begun = new AtomicInteger();
  private Server service;
  private ManagedChannel behind;
  private Server front;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    service = server().intercept(counting()).addService(new Service()).build().start();
    behind = channel(service);
    front =
        server()
            .addService(PassThrough.of(EmbedServiceGrpc.getServiceDescriptor(), behind))
            .build()
            .start();
    channel = channel(front);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    front.shutdownNow();
    behind.shutdownNow();
    service.shutdownNow();
  }

  private ServerInterceptor counting() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        begun.incrementAndGet();
        return next.startCall(call, headers);
      }
    };
  }

  private static NettyServerBuilder server() {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .maxInboundMessageSize(64 << 20);
  }

  private static ManagedChannel channel(Server server) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  /** Answers with as many numbers as the first text says. */
  private static final class Service extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      response.onNext(numbers(Integer.parseInt(request.getTexts(0))));
      response.onCompleted();
    }

    @Override
    public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(EmbedRequest request) {
          responses.onNext(numbers(Integer.parseInt(request.getTexts(0))));
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  private static EmbedResponse numbers(int count) {
    var vector = FloatVector.newBuilder();
    IntStream.range(0, count).forEach(vector::addValues);
    return count == 0
        ? EmbedResponse.getDefaultInstance()
        : EmbedResponse.newBuilder()
            .addEmbeddings(Embedding.newBuilder().setFloatVector(vector))
            .build();
  }

  private static EmbedRequest request(int count) {
    return EmbedRequest.newBuilder().addTexts(Integer.toString(count)).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 384, 4096, 4097, 100_000, 2_000_000})
  void aResponseArrivesAsItWasSent(int numbers) {
    EmbedResponse response =
        EmbedServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .embed(request(numbers));

    assertThat(response).isEqualTo(numbers(numbers));
  }

  /** A replica that waits for a request would look as if it owed the answer. */
  @Test
  void aCallBeginsAtTheServiceWhenItHasARequest() {
    var responses = new Responses();
    var requests = EmbedServiceGrpc.newStub(channel).embedStream(responses);
    EmbedServiceGrpc.newBlockingStub(channel).embed(request(1));
    assertThat(begun.get()).as("beside the stream").isEqualTo(1);
    requests.onNext(request(2));
    requests.onCompleted();
    assertThat(responses.all.join()).containsExactly(numbers(2));
    assertThat(begun.get()).isEqualTo(2);
  }

  @Test
  void aStreamThatEndsWithoutARequestBeginsAndEnds() {
    var responses = new Responses();
    EmbedServiceGrpc.newStub(channel).embedStream(responses).onCompleted();
    assertThat(responses.all.join()).isEmpty();
    assertThat(begun.get()).isEqualTo(1);
  }

  @Test
  void theResponsesOfAStreamArriveInTheirOrder() {
    List<Integer> sizes = IntStream.range(0, 200).mapToObj(i -> i * 37 % 5000).toList();
    var responses = new Responses();
    var requests =
        EmbedServiceGrpc.newStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .embedStream(responses);
    sizes.forEach(size -> requests.onNext(request(size)));
    requests.onCompleted();

    assertThat(responses.all.join())
        .containsExactlyElementsOf(sizes.stream().map(PassThroughIT::numbers).toList());
  }

  private static final class Responses implements StreamObserver<EmbedResponse> {
    final List<EmbedResponse> received = new ArrayList<>();
    final CompletableFuture<List<EmbedResponse>> all = new CompletableFuture<>();

    @Override
    public void onNext(EmbedResponse response) {
      received.add(response);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      all.complete(received);
    }
  }
}
