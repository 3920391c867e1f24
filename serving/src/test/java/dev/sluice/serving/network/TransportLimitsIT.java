package dev.sluice.serving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.network.RawClient.Frame;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.serving.tls.TestAuthority;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that goes too far is stopped, and the others are served as before. */
@Timeout(180)
class TransportLimitsIT {

  private static final String EMBED = "/sluice.embed.v1.EmbedService/Embed";
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int REFUSED_STREAM = 7;
  private static final String PREFIX = "SLUICE_TEST_";

  @TempDir private Path folder;
  private final Semaphore entered = new Semaphore(0);
  private final Semaphore gate = new Semaphore(0);
  private final List<AutoCloseable> open = new ArrayList<>();
  private ChannelCredentials credentials = InsecureChannelCredentials.create();
  private ServiceServer server;
  private ManagedChannel other;

  @BeforeEach
  void start() {
    serve(Map.of());
  }

  private void serve(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put(PREFIX + "PORT", "0");
    settings.put(PREFIX + "MANAGEMENT_PORT", "0");
    settings.put(PREFIX + "MAX_CONNECTIONS", "8");
    settings.put(PREFIX + "MAX_CONCURRENT_STREAMS", "4");
    settings.put(PREFIX + "MAX_HEADER_KIB", "8");
    settings.put(PREFIX + "MAX_RESETS_PER_SECOND", "10");
    settings.putAll(more);
    server = new ServiceServer(ServerConfig.read(new Settings(settings), "test", 0));
    server.serve(1 << 20, List.of(), List.of(new Waiting()));
    other = channel();
    othersAreServed();
  }

  /** Answers at once, and "wait" when the test says so. */
  private final class Waiting extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      if (request.getTexts(0).equals("wait")) {
        entered.release();
        gate.acquireUninterruptibly();
      }
      response.onNext(EmbedResponse.newBuilder().setModel("fake").build());
      response.onCompleted();
    }
  }

  private ManagedChannel channel() {
    ManagedChannel channel = Grpc.newChannelBuilder(server.address(), credentials).build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private RawClient raw() throws IOException {
    RawClient client = new RawClient(server.port());
    open.add(client);
    return client;
  }

  @AfterEach
  void stop() throws Exception {
    gate.release(1000);
    for (AutoCloseable each : open) {
      each.close();
    }
    server.close();
  }

  private void othersAreServed() {
    assertThat(call(other, "t")).isEqualTo("fake");
  }

  private static String call(ManagedChannel channel, String text) {
    return EmbedServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .embed(EmbedRequest.newBuilder().addTexts(text).build())
        .getModel();
  }

  @Test
  void moreCallsThanAConnectionMayHaveAreRefused() throws Exception {
    RawClient client = raw().greet();
    client.acknowledge();
    List<Integer> streams = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      streams.add(client.beginCall(EMBED));
    }
    for (int stream : streams.subList(4, 6)) {
      Frame refused = client.awaitFrame(RawClient.RST_STREAM);
      assertThat(refused.stream()).isEqualTo(stream);
      assertThat(refused.payload()).endsWith((byte) REFUSED_STREAM);
    }
    othersAreServed();
  }

  @Test
  void whoNeverAcceptsTheLimitIsRefusedAsWell() throws Exception {
    RawClient client = raw().greet();
    List<Integer> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      streams.add(client.beginCall(EMBED));
    }
    // calls begin each on a thread of its own, and in any order: two are refused, whichever
    int first = client.awaitFrame(RawClient.HEADERS).stream();
    int second = client.awaitFrame(RawClient.HEADERS).stream();
    assertThat(second).isNotEqualTo(first);
    assertThat(streams).contains(first, second);
    othersAreServed();
  }

  @Test
  void aClientThatKeepsToTheRulesWaitsForItsTurn() throws Exception {
    ManagedChannel busy = channel();
    List<Thread> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(Thread.startVirtualThread(() -> call(busy, "wait")));
    }
    assertThat(entered.tryAcquire(4, 1, TimeUnit.MINUTES)).isTrue();
    othersAreServed();
    assertThat(entered.availablePermits()).isZero();
    gate.release(6);
    assertThat(entered.tryAcquire(2, 1, TimeUnit.MINUTES)).isTrue();
    for (Thread call : calls) {
      call.join();
    }
  }

  @Test
  void metadataThatIsTooLargeFailsItsCallAlone() {
    Metadata large = new Metadata();
    large.put(Metadata.Key.of("large", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(9 << 10));
    var stub =
        EmbedServiceGrpc.newBlockingStub(channel())
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large))
            .withDeadlineAfter(1, TimeUnit.MINUTES);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> stub.embed(EmbedRequest.newBuilder().addTexts("t").build()))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isNotEqualTo(Status.Code.OK))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED));
    othersAreServed();
  }

  @Test
  void aFloodOfPingsEndsTheConnection() throws Exception {
    RawClient client = raw().greet();
    client.awaitFrame(RawClient.SETTINGS);
    flood(() -> client.ping());
    assertThat(client.awaitFrame(RawClient.GO_AWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
    client.awaitEnd();
    othersAreServed();
  }

  @Test
  void aFloodOfCancelledCallsEndsTheConnection() throws Exception {
    RawClient client = raw().greet();
    client.awaitFrame(RawClient.SETTINGS);
    for (int i = 0; i < 100; i++) {
      client.cancel(client.beginCall(EMBED));
    }
    flood(() -> client.cancel(client.beginCall(EMBED)));
    assertThat(client.awaitFrame(RawClient.GO_AWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
    client.awaitEnd();
    othersAreServed();
  }

  private interface Writing {
    void write() throws IOException;
  }

  /** A few more; the server may have closed the connection by then. */
  private static void flood(Writing frame) {
    try {
      for (int i = 0; i < 10; i++) {
        frame.write();
      }
    } catch (IOException closed) {
      // what it said before can be read
    }
  }

  @Test
  void oneConnectionTooManyIsClosedAndThoseThatStandGoOn() throws Exception {
    for (int i = 0; i < 7; i++) {
      raw().greet().awaitFrame(RawClient.SETTINGS);
    }
    raw().awaitEnd();
    othersAreServed();
  }

  @Test
  void aConnectionThatEndsMakesRoomForAnother() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      clients.add(raw().greet());
      clients.getLast().awaitFrame(RawClient.SETTINGS);
    }
    raw().awaitEnd();
    clients.getFirst().close();
    assertThat(call(channel(), "t")).isEqualTo("fake"); // waits until there is room, by retries
  }

  @Test
  void whoConnectsAndSaysNothingIsClosed() throws Exception {
    RawClient silent = raw();
    othersAreServed();
    silent.awaitEnd();
    othersAreServed();
  }

  @Test
  void aHalfHandshakeOfTlsIsClosed() throws Exception {
    Path files = folder.resolve("tls");
    new TestAuthority("authority").issue("client", files);
    server.close();
    credentials = TestAuthority.client(files);
    serve(TestAuthority.mutual(PREFIX, files, "client"));
    RawClient hanging = raw();
    hanging.bytes(0x16, 0x03, 0x01, 0x02, 0x00); // a record of 512 bytes, which never comes
    othersAreServed();
    hanging.awaitEnd();
    othersAreServed();
  }
}
