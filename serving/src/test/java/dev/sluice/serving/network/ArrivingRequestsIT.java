package dev.sluice.serving.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArrivingRequestsIT {

  private static final String EMBED = "/sluice.embed.v1.EmbedService/Embed";
  private static final int MOST_BYTES = 40 << 10;

  /** For two calls of the largest size, of which a tenant gets four fifths. */
  private final HeldBytes held = HeldBytes.of(MOST_BYTES, 0);

  private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<EmbedResponse>> begun = new LinkedBlockingQueue<>();
  private ArrivingRequests arriving;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    start(Duration.ofMillis(100));
  }

  private void start(Duration longest) throws IOException {
    arriving = new ArrivingRequests("test", _ -> MOST_BYTES, held, longest);
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addStreamTracerFactory(arriving.counting(_ -> "t"))
            .intercept(arriving)
            .addService(new Answering())
            .build()
            .start();
    channel =
        Grpc.newChannelBuilderForAddress(
                "localhost", server.getPort(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    arriving.close();
  }

  private final class Answering extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      begun.add(response);
    }

    @Override
    public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> response) {
      return new StreamObserver<>() {
        @Override
        public void onNext(EmbedRequest request) {
          response.onNext(EmbedResponse.getDefaultInstance());
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {
          response.onCompleted();
        }
      };
    }
  }

  private <Q, R> ClientCall<Q, R> begin(MethodDescriptor<Q, R> method) {
    ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(R message) {
            answers.add(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ends.add(status);
          }
        },
        new Metadata());
    call.request(10);
    return call;
  }

  @Test
  void aCallWhoseMessageDoesNotComeIsEnded() throws Exception {
    awaitLate();
    assertThat(arriving.awaited()).isZero();
  }

  /** A call begins whose message never comes, and is ended for it. */
  private void awaitLate() throws Exception {
    try (RawClient client = new RawClient(server.getPort()).greet()) {
      client.acknowledge();
      int stream = client.beginCall(EMBED);
      assertThat(client.awaitFrame(RawClient.HEADERS).stream()).isEqualTo(stream);
    }
  }

  @Test
  void aRequestWhoseEndDoesNotComeIsEnded() throws Exception {
    try (RawClient client = new RawClient(server.getPort()).greet()) {
      client.acknowledge();
      int stream = client.beginCall(EMBED);
      client.data(stream, ByteBuffer.allocate(5).array()); // an empty message
      assertThat(client.awaitFrame(RawClient.HEADERS).stream()).isEqualTo(stream);
    }
    assertThat(arriving.awaited()).isZero();
  }

  @Test
  void whatComesIsHeldUntilItsCallEnds() throws Exception {
    stop();
    start(Duration.ofHours(1));
    try (RawClient client = new RawClient(server.getPort()).greet()) {
      client.acknowledge();
      int first = client.beginCall(EMBED);
      client.data(first, begun(30 << 10));
      awaitHeld(30 << 10);
      int small = client.beginCall(EMBED);
      client.data(small, begun(10 << 10));
      int second = client.beginCall(EMBED);
      awaitAwaited(3);
      client.data(second, begun(39 << 10));
      assertThat(client.awaitFrame(RawClient.HEADERS).stream())
          .as("refused: 69 KiB are more than four fifths of 80")
          .isEqualTo(second);
      awaitHeld(30 << 10);
      client.cancel(first);
      awaitHeld(0);
    }
  }

  /** So many bytes of a message that is larger, behind its length. */
  private static byte[] begun(int bytes) {
    return ByteBuffer.allocate(5 + bytes).put((byte) 0).putInt(MOST_BYTES).array();
  }

  private void awaitHeld(long bytes) throws InterruptedException {
    while (held.held() != bytes) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aStreamWhoseFirstMessageCameMayTakeItsTime() throws Exception {
    var stream = begin(EmbedServiceGrpc.getEmbedStreamMethod());
    stream.sendMessage(EmbedRequest.getDefaultInstance());
    assertThat(answers.take()).isNotNull();
    assertThat(arriving.awaited()).isZero();
    awaitLate();
    stream.sendMessage(EmbedRequest.getDefaultInstance());
    assertThat(answers.take()).isNotNull();
    stream.halfClose();
    assertThat(ends.take().isOk()).isTrue();
  }

  @Test
  void aRequestThatCameWholeMayBeWorkedOnForLong() throws Exception {
    var call = begin(EmbedServiceGrpc.getEmbedMethod());
    call.sendMessage(EmbedRequest.getDefaultInstance());
    call.halfClose();
    var response = begun.take();
    assertThat(arriving.awaited()).isZero();
    answer(response);
    assertThat(ends.take().isOk()).isTrue();
  }

  @Test
  void aRequestThatCameWholeIsHeldWhileItIsWorkedOn() throws Exception {
    var call = begin(EmbedServiceGrpc.getEmbedMethod());
    EmbedRequest request = EmbedRequest.newBuilder().addTexts("a".repeat(30 << 10)).build();
    call.sendMessage(request);
    call.halfClose();
    var response = begun.take();
    assertThat(held.held()).isEqualTo(request.getSerializedSize());
    answer(response);
    awaitHeld(0);
  }

  private static void answer(StreamObserver<EmbedResponse> response) {
    response.onNext(EmbedResponse.getDefaultInstance());
    response.onCompleted();
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedBeforeAllOfItCame() throws Exception {
    try (RawClient client = new RawClient(server.getPort()).greet()) {
      client.acknowledge();
      int stream = client.beginCall(EMBED);
      ByteBuffer begun = ByteBuffer.allocate(2 * MOST_BYTES).put((byte) 0).putInt(1 << 20);
      client.data(stream, begun.array());
      assertThat(client.awaitFrame(RawClient.HEADERS).stream()).isEqualTo(stream);
    }
    assertThat(arriving.awaited()).isZero();
  }

  @Test
  void whatComesOfTheNextMessageIsNotOfTheFirst() {
    Metadata none = new Metadata();
    ServerStreamTracer stream = arriving.counting(_ -> "t").newServerStreamTracer(EMBED, none);
    var call = new IdleCall<>(EmbedServiceGrpc.getEmbedMethod());
    stream
        .filterContext(Context.ROOT)
        .run(() -> arriving.interceptCall(call, none, (_, _) -> new ServerCall.Listener<>() {}));
    stream.inboundWireSize(MOST_BYTES);
    stream.inboundMessageRead(0, MOST_BYTES, MOST_BYTES);
    stream.inboundWireSize(MOST_BYTES);
    assertThat(call.ends()).isEmpty();
    stream.inboundWireSize(MOST_BYTES);
    assertThat(call.ends())
        .singleElement()
        .extracting(Status::getCode)
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void whoGoesAwayIsNotAwaited() throws Exception {
    stop();
    start(Duration.ofHours(1));
    try (RawClient client = new RawClient(server.getPort()).greet()) {
      client.acknowledge();
      int stream = client.beginCall(EMBED);
      awaitAwaited(1);
      client.cancel(stream);
      awaitAwaited(0);
    }
  }

  private void awaitAwaited(int calls) throws InterruptedException {
    while (arriving.awaited() != calls) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
