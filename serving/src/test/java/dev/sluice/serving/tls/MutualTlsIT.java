package dev.sluice.serving.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes: who gets in, who does not, and certificates that change while streams run. */
@Timeout(180)
class MutualTlsIT {

  private static final String GATEWAY = "spiffe://example.org/gateway";
  private static final EmbedRequest REQUEST = EmbedRequest.newBuilder().addTexts("t").build();
  private static final TestAuthority AUTHORITY = new TestAuthority("authority");

  @TempDir private Path folder;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Path serverFiles;
  private Path gatewayFiles;
  private ServiceServer server;

  @BeforeEach
  void start() throws IOException {
    serverFiles = folder.resolve("server");
    gatewayFiles = folder.resolve("gateway");
    AUTHORITY.issue("embed.example.org", serverFiles);
    AUTHORITY.issue(GATEWAY, gatewayFiles);
    Map<String, String> settings =
        new HashMap<>(
            TestAuthority.mutual("SLUICE_TEST_", serverFiles, "other.example.org, " + GATEWAY));
    settings.put("SLUICE_TEST_PORT", "0");
    settings.put("SLUICE_TEST_MANAGEMENT_PORT", "0");
    settings.put("SLUICE_TLS_RELOAD", "50ms");
    server = new ServiceServer(ServerConfig.read(new Settings(settings), "test", 0));
    server.serve(1 << 20, List.of(), List.of(new Echo()));
  }

  private static final class Echo extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      response.onNext(EmbedResponse.newBuilder().setModel("fake").build());
      response.onCompleted();
    }

    @Override
    public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(EmbedRequest request) {
          responses.onNext(EmbedResponse.newBuilder().setModel(request.getTexts(0)).build());
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

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }

  private Channel channel(ChannelCredentials credentials) {
    ManagedChannel channel = Grpc.newChannelBuilder(server.address(), credentials).build();
    channels.add(channel);
    return channel;
  }

  private Channel gateway() throws IOException {
    return channel(TestAuthority.client(gatewayFiles));
  }

  private static String embed(Channel channel) {
    return EmbedServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .embed(REQUEST)
        .getModel();
  }

  private static Status refusal(Channel channel) {
    try {
      embed(channel);
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
    throw new AssertionError("the call was not refused");
  }

  private static ServingStatus health(Channel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private Path issued(TestAuthority authority, String name) throws IOException {
    Path files = folder.resolve("other");
    authority.issue(name, files);
    Files.copy(
        serverFiles.resolve("ca.crt"),
        files.resolve("ca.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    return files;
  }

  @Test
  void theGatewayIsServed() throws IOException {
    assertThat(embed(gateway())).isEqualTo("fake");
  }

  @Test
  void aClientWithoutACertificateIsNotLetIn() throws IOException {
    Status refusal = refusal(channel(TestAuthority.stranger(serverFiles)));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotBelieved() throws IOException {
    Path files = issued(new TestAuthority("authority"), GATEWAY);
    Status refusal = refusal(channel(TestAuthority.client(files)));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void aCertificateThatEndedIsNotBelieved() throws IOException {
    Path files = issued(AUTHORITY, GATEWAY);
    Instant now = Instant.now();
    AUTHORITY.issue(GATEWAY, now.minusSeconds(600), now.minusSeconds(60)).into(files);
    Status refusal = refusal(channel(TestAuthority.client(files)));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void anotherIdentityGetsHealthAndNothingElse() throws IOException {
    Channel other = channel(TestAuthority.client(issued(AUTHORITY, "rerank.example.org")));
    assertThat(health(other)).isEqualTo(ServingStatus.SERVING);
    Status refusal = refusal(other);
    assertThat(refusal.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal.getDescription())
        .contains("rerank.example.org", "is not among those that may call test");
  }

  @Test
  void plainTextIsNotTaken() {
    Status refusal = refusal(channel(InsecureChannelCredentials.create()));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() throws IOException {
    Path files = folder.resolve("other");
    new TestAuthority("authority").issue(GATEWAY, files);
    Status refusal = refusal(channel(TestAuthority.client(files)));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void olderVersionsThanTls12AreNotSpoken() throws Exception {
    try (SSLSocket socket = socket()) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void newConnectionsShowTheNewCertificateAndOpenStreamsGoOn() throws Exception {
    var answers = new LinkedBlockingQueue<String>();
    StreamObserver<EmbedRequest> stream = stream(gateway(), answers);
    send(stream, answers, "before");
    Instant end = Instant.now().plus(Duration.ofHours(5)).truncatedTo(ChronoUnit.SECONDS);
    assertThat(shownUntil()).isNotEqualTo(end);

    AUTHORITY.issue("embed.example.org", Instant.now().minusSeconds(60), end).into(serverFiles);

    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!shownUntil().equals(end)) {
      assertThat(System.nanoTime()).as("the new certificate is shown").isLessThan(patience);
    }
    send(stream, answers, "after");
    assertThat(embed(gateway())).isEqualTo("fake");
  }

  @Test
  void anAuthorityThatIsTakenAwayIsNotBelievedAnyMore() throws Exception {
    assertThat(embed(gateway())).isEqualTo("fake");
    TestAuthority next = new TestAuthority("next");
    next.issue("embed.example.org", serverFiles);
    Path nextGateway = folder.resolve("next");
    next.issue(GATEWAY, nextGateway);

    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!isServed(nextGateway)) {
      assertThat(System.nanoTime()).as("the new authority is believed").isLessThan(patience);
    }
    Files.copy(
        nextGateway.resolve("ca.crt"),
        gatewayFiles.resolve("ca.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(refusal(gateway()).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private boolean isServed(Path files) throws IOException {
    try {
      return embed(channel(TestAuthority.client(files))).equals("fake");
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  private static StreamObserver<EmbedRequest> stream(
      Channel channel, LinkedBlockingQueue<String> answers) {
    return EmbedServiceGrpc.newStub(channel)
        .embedStream(
            new StreamObserver<>() {
              @Override
              public void onNext(EmbedResponse response) {
                answers.add(response.getModel());
              }

              @Override
              public void onError(Throwable failure) {
                answers.add(failure.toString());
              }

              @Override
              public void onCompleted() {
                answers.add("completed");
              }
            });
  }

  private static void send(
      StreamObserver<EmbedRequest> stream, LinkedBlockingQueue<String> answers, String text)
      throws InterruptedException {
    stream.onNext(EmbedRequest.newBuilder().addTexts(text).build());
    assertThat(answers.poll(1, TimeUnit.MINUTES)).isEqualTo(text);
  }

  /** When the certificate ends that the server shows to a new connection. */
  private Instant shownUntil() throws Exception {
    try (SSLSocket socket = socket()) {
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getNotAfter().toInstant();
    }
  }

  /** Connects without a certificate: what the server shows comes before it asks for one. */
  private SSLSocket socket() throws Exception {
    KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
    believed.load(null, null);
    try (var pem = Files.newInputStream(serverFiles.resolve("ca.crt"))) {
      believed.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(believed);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
    socket.startHandshake();
    return socket;
  }
}
