package dev.sluice.serving.tls;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** An authority that signs certificates for tests, and writes them as whoever issues them does. */
public final class TestAuthority {

  private static final Duration HOUR = Duration.ofHours(1);

  private final X509Bundle root;

  public TestAuthority(String name) {
    try {
      root =
          new CertificateBuilder()
              .subject("CN=" + name)
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a process shows: a certificate for this machine with one more name, and its key. */
  public record Identity(String certificates, String key, Instant end) {

    /** Writes {@code tls.crt} and {@code tls.key}. */
    public Identity into(Path folder) throws IOException {
      Files.createDirectories(folder);
      replace(folder.resolve("tls.crt"), certificates);
      replace(folder.resolve("tls.key"), key);
      return this;
    }
  }

  /** At once, as Kubernetes does: nobody sees half of it. */
  static void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * @param name a DNS name, or a URI
   */
  public Identity issue(String name) {
    Instant now = Instant.now();
    return issue(name, now.minus(HOUR), now.plus(HOUR));
  }

  public Identity issue(String name, Instant from, Instant to) {
    X509Bundle issued = issued(name, from, to);
    return new Identity(issued.getCertificatePathPEM(), issued.getPrivateKeyPEM(), to);
  }

  private X509Bundle issued(String name, Instant from, Instant to) {
    try {
      var certificate =
          new CertificateBuilder()
              .subject("CN=test")
              .notBefore(from)
              .notAfter(to)
              .addSanDnsName("localhost")
              .addSanIpAddress("127.0.0.1");
      var named =
          name.contains("://") ? certificate.addSanUriName(name) : certificate.addSanDnsName(name);
      return named.buildIssuedBy(root);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of a server of another library, with a certificate of this machine. */
  public SSLContext context() {
    Instant now = Instant.now();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      X509Bundle issued = issued("localhost", now.minus(HOUR), now.plus(HOUR));
      context.init(issued.toKeyManagerFactory().getKeyManagers(), null, null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@code ca.crt} and an identity into a folder. */
  public void issue(String name, Path folder) throws IOException {
    issue(name).into(folder);
    replace(folder.resolve("ca.crt"), certificate());
  }

  public String certificate() {
    return root.getRootCertificatePEM();
  }

  /** The keys of a server that shows what lies in a folder, and asks for certificates. */
  public static Map<String, String> mutual(String prefix, Path folder, String client) {
    return Map.of(
        prefix + "TLS_CERTIFICATE_FILE",
        folder.resolve("tls.crt").toString(),
        prefix + "TLS_KEY_FILE",
        folder.resolve("tls.key").toString(),
        prefix + "TLS_CLIENT_CA_FILE",
        folder.resolve("ca.crt").toString(),
        prefix + "TLS_CLIENTS",
        client);
  }

  /** Of a client that believes the authority of a folder and shows the identity there. */
  public static ChannelCredentials client(Path folder) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(folder.resolve("ca.crt").toFile())
        .keyManager(folder.resolve("tls.crt").toFile(), folder.resolve("tls.key").toFile())
        .build();
  }

  /** Of a server that shows the identity in a folder, and asks for certificates. */
  public static ServerCredentials server(Path folder) throws IOException {
    return TlsServerCredentials.newBuilder()
        .trustManager(folder.resolve("ca.crt").toFile())
        .keyManager(folder.resolve("tls.crt").toFile(), folder.resolve("tls.key").toFile())
        .clientAuth(ClientAuth.REQUIRE)
        .build();
  }

  /** Of a client that has no certificate. */
  public static ChannelCredentials stranger(Path folder) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(folder.resolve("ca.crt").toFile())
        .build();
  }
}
