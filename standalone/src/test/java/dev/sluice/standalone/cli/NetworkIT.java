package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.network.FreePort;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.console.Terminal;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line over real connections, plain and encrypted. */
class NetworkIT {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path folder;
  private CommandLineFixture sluice;
  private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
  private @Nullable Server server;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    sluice.gateway.collections.put("docs", new HashMap<>());
  }

  @AfterEach
  void stop() {
    sluice.close();
    if (server != null) {
      server.shutdownNow();
    }
  }

  @Test
  void theKeyIsSentWithEveryCall() throws IOException {
    int port = serve(InsecureServerCredentials.create());
    Path key = Files.writeString(folder.resolve("key"), "secret-key\n");

    Outcome outcome = search("127.0.0.1:" + port, "--api-key-file", key.toString());

    assertThat(outcome.err()).isEqualTo("nothing found\n");
    assertThat(outcome.code()).isZero();
    assertThat(authorizations).containsExactly("Bearer secret-key");
  }

  @Test
  void anEncryptedConnectionTrustsTheGivenAuthority() throws Exception {
    Path certificate = folder.resolve("ca.pem");
    int port = serve(selfSigned(certificate));

    assertThat(search("localhost:" + port, "--tls-ca", certificate.toString()).code()).isZero();
  }

  @Test
  void anAuthorityThatIsNotTrustedIsSaidInOneLine() throws Exception {
    int port = serve(selfSigned(folder.resolve("ca.pem")));

    Outcome outcome = search("localhost:" + port, "--tls");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("sluice: no encrypted connection to localhost:" + port);
    assertThat(outcome.err().lines()).hasSize(1);
  }

  @Test
  void aPortWhereNobodyListensIsSaidInOneLine() throws IOException {
    int port = FreePort.any();

    Outcome outcome = search("127.0.0.1:" + port);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("sluice: cannot reach 127.0.0.1:" + port + ": is the cluster running?\n");
  }

  @Test
  void certificatesAndKeysThatAreNoneAreSaidInOneLine() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path missing = folder.resolve("missing");

    assertThat(search("localhost:1", "--api-key-file", empty.toString()).err())
        .contains("holds no API key");
    assertThat(search("localhost:1", "--api-key-file", missing.toString()).err())
        .contains("there is no " + missing);
    assertThat(search("localhost:1", "--tls-ca", missing.toString()).err())
        .contains("there is no " + missing);
    assertThat(search("localhost:1", "--tls-ca", empty.toString()).err().lines()).hasSize(1);
  }

  private Outcome search(String target, String... options) {
    String[] arguments = new String[options.length + 6];
    String[] fixed = {"search", "x", "-c", "docs", "--target", target};
    System.arraycopy(fixed, 0, arguments, 0, fixed.length);
    System.arraycopy(options, 0, arguments, fixed.length, options.length);
    return sluice.run(Terminal.NONE, Dialer.NETWORK, arguments);
  }

  private int serve(ServerCredentials credentials) throws IOException {
    ServerBuilder<?> builder = Grpc.newServerBuilderForPort(0, credentials);
    sluice.gateway.services().forEach(builder::addService);
    builder.intercept(new KeyRecorder());
    Server started = builder.build().start();
    server = started;
    return started.getPort();
  }

  private final class KeyRecorder implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String authorization = headers.get(AUTHORIZATION);
      if (authorization != null) {
        authorizations.add(authorization);
      }
      return next.startCall(call, headers);
    }
  }

  /** A certificate for localhost that vouches for itself, made by the JDK's own tool. */
  private ServerCredentials selfSigned(Path certificate) throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "x",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "password".toCharArray());
    String chain = pem("CERTIFICATE", keys.getCertificate("x").getEncoded());
    String key = pem("PRIVATE KEY", keys.getKey("x", "password".toCharArray()).getEncoded());
    Files.writeString(certificate, chain);
    return TlsServerCredentials.create(stream(chain), stream(key));
  }

  private static String pem(String kind, byte[] bytes) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
