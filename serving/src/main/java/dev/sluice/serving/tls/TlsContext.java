package dev.sluice.serving.tls;

import io.grpc.netty.GrpcSslContexts;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What TLS connections of one use are made with. Files that change are used for new connections;
 * open ones go on. Files that are of no use are logged once, and what stood before goes on. Owns
 * the thread that looks at them.
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
  private TlsFiles.Contents used;
  private TlsFiles.@Nullable Contents seen;
  private String problem = "";
  private volatile boolean closed;

  TlsContext(
      String use, TlsFiles files, boolean server, MeterRegistry registry, InstantSource clock) {
    this.use = use;
    this.files = files;
    this.server = server;
    this.clock = clock;
    this.metrics = new TlsMetrics(use, registry);
    try {
      this.used = files.contents();
      this.current = new CurrentSslContext(context(used));
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
    Thread.ofVirtual()
        .name("tls-" + use)
        .start(() -> {
          LockSupport.parkNanos(files.period().toNanos());
          while (!closed) {
            look();
            LockSupport.parkNanos(files.period().toNanos());
          }
        });
    return this;
  }

  /** For builders of gRPC; holds what stands now at any time. */
  public SslContext context() {
    return current;
  }

  /** Uses what changed, once two looks found the same: a file that is being written is let be. */
  void look() {
    try {
      TlsFiles.Contents found = files.contents();
      boolean settled = found.equals(seen);
      seen = found;
      if (found.equals(used)) {
        problem = "";
      } else if (settled) {
        use(found);
      }
    } catch (IOException e) {
      tell(e.getMessage());
    }
  }

  private void use(TlsFiles.Contents found) throws IOException {
    current.replace(context(found));
    used = found;
    problem = "";
    LOG.info("TLS of {}: new certificates are used for new connections", use);
  }

  private void tell(@Nullable String found) {
    String line = String.valueOf(found);
    if (!line.equals(problem)) {
      problem = line;
      metrics.failed();
      LOG.error("TLS of {}: {}; the certificates read before stay in use", use, line);
    }
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
    closed = true;
  }
}
