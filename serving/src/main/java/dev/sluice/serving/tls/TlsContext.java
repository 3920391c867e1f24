package dev.sluice.serving.tls;

import dev.sluice.serving.config.WatchedFile;
import io.grpc.netty.GrpcSslContexts;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What TLS connections of one use are made with. Files that change are used for new connections;
 * open ones go on. Files that are of no use are logged once, and what stood before goes on.
 */
public final class TlsContext implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

  /** A resumed session is not proved anew, so none is for long. */
  private static final long SESSION_SECONDS = 300;

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final String use;
  private final TlsFiles files;
  private final boolean server;
  private final InstantSource clock;
  private final TlsMetrics metrics;
  private final CurrentSslContext current;
  private final WatchedFile<TlsFiles.Contents> watched;

  TlsContext(
      String use, TlsFiles files, boolean server, MeterRegistry registry, InstantSource clock) {
    this.use = use;
    this.files = files;
    this.server = server;
    this.clock = clock;
    this.metrics = new TlsMetrics(use, registry);
    try {
      TlsFiles.Contents found = files.contents();
      this.current = new CurrentSslContext(context(found));
      this.watched = new WatchedFile<>(found, files::contents, this::use, this::complain);
    } catch (IOException e) {
      throw new UncheckedIOException("TLS of " + use + ": " + e.getMessage(), e);
    }
  }

  /**
   * Of a server's port. Clients have to prove themselves where the files name authorities.
   *
   * @param use its name, in logs and metrics
   * @throws UncheckedIOException when the files are of no use, in one line
   */
  public static TlsContext ofServer(String use, TlsFiles files, MeterRegistry registry) {
    return new TlsContext(use, files, true, registry, InstantSource.system()).watching();
  }

  /** Of channels. Without authorities those count that Java trusts. */
  public static TlsContext ofChannels(String use, TlsFiles files, MeterRegistry registry) {
    return new TlsContext(use, files, false, registry, InstantSource.system()).watching();
  }

  private TlsContext watching() {
    watched.every(files.period(), "tls-" + use);
    return this;
  }

  /** For builders of gRPC; holds what stands now at any time. */
  public SslContext context() {
    return current;
  }

  void look() {
    watched.look();
  }

  private void use(TlsFiles.Contents found) throws IOException {
    current.replace(context(found));
    LOG.info("TLS of {}: new certificates are used for new connections", use);
  }

  private void complain(Exception problem) {
    metrics.failed();
    LOG.error("TLS of {}: {}; the certificates read before stay in use", use, problem.getMessage());
  }

  private SslContext context(TlsFiles.Contents contents) throws IOException {
    Credentials credentials = Credentials.read(files, contents, clock.instant());
    SslContext made = server ? forServer(credentials) : forClient(credentials);
    metrics.expires(credentials.expiry());
    return made;
  }

  private static SslContext forServer(Credentials credentials) throws IOException {
    var builder =
        SslContextBuilder.forServer(credentials.key().orElseThrow(), credentials.chainArray());
    if (!credentials.authorities().isEmpty()) {
      builder.trustManager(credentials.authorityArray()).clientAuth(ClientAuth.REQUIRE);
    }
    return build(builder);
  }

  private static SslContext forClient(Credentials credentials) throws IOException {
    SslContextBuilder builder = SslContextBuilder.forClient();
    if (!credentials.authorities().isEmpty()) {
      builder.trustManager(credentials.authorityArray());
    }
    credentials.key().ifPresent(key -> builder.keyManager(key, credentials.chainArray()));
    return build(builder);
  }

  private static SslContext build(SslContextBuilder builder) throws IOException {
    return GrpcSslContexts.configure(builder, SslProvider.JDK)
        .protocols(PROTOCOLS)
        .sessionTimeout(SESSION_SECONDS)
        .build();
  }

  @Override
  public void close() {
    watched.close();
  }
}
