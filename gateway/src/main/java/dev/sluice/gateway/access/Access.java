package dev.sluice.gateway.access;

import dev.sluice.gateway.access.AccessConfig.Anonymous;
import dev.sluice.serving.config.ConfigurationException;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The door of the gateway: keys, tokens and what they permit. Owns what reads the keys. */
public final class Access implements AutoCloseable {

  private final Optional<KeyFile> keys;
  private final SeenTenants tenants = new SeenTenants();
  private final ServerInterceptor interceptor;

  private Access(Optional<KeyFile> keys, Authentication authentication, MeterRegistry registry) {
    this.keys = keys;
    this.interceptor = new AccessInterceptor(authentication, tenants, new AccessMetrics(registry));
    keys.ifPresent(KeyFile::start);
  }

  /**
   * Reads what there is of keys.
   *
   * @param host where the gateway listens
   * @throws ConfigurationException when keys cannot be read, or strangers would be let in unasked
   */
  public static Access open(AccessConfig config, String host, MeterRegistry registry) {
    config.tokens().check();
    if (!config.on()) {
      requireFriends(config, host);
      return new Access(Optional.empty(), Authentication.OPEN, registry);
    }
    if (config.anonymous() == Anonymous.TRUE) {
      throw wrong(
          "SLUICE_GATEWAY_ANONYMOUS is true, but there are API keys or tokens: leave one out");
    }
    InstantSource clock = InstantSource.system();
    Optional<KeyFile> keys = config.keysFile().map(file -> new KeyFile(file, clock));
    Credentials tokens = config.tokens().on() ? tokens(config.tokens(), clock) : Credentials.NONE;
    var authentication =
        new BearerAuthentication(
            keys.<Credentials>map(each -> each).orElse(Credentials.NONE), tokens);
    return new Access(keys, authentication, registry);
  }

  private static void requireFriends(AccessConfig config, String host) {
    if (config.anonymous() == Anonymous.FALSE && !isLoopback(host)) {
      throw wrong(
          ("SLUICE_GATEWAY_HOST is %s, where others reach the gateway, which would not ask them who"
                  + " they are: set SLUICE_GATEWAY_API_KEYS_FILE or SLUICE_GATEWAY_JWT_ISSUER, or"
                  + " SLUICE_GATEWAY_ANONYMOUS=true to let everybody do everything")
              .formatted(host));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Tokens tokens(TokenConfig config, InstantSource clock) {
    var keys = new IssuerKeys(keySet(config.jwks()), config.jwks(), Deadline.getSystemTicker());
    Thread.ofVirtual().name("issuer-keys").start(keys::refresh);
    return new Tokens(config, keys, clock);
  }

  private static KeySet keySet(String jwks) {
    if (!jwks.contains("://")) {
      Path file = Path.of(jwks);
      if (!Files.isReadable(file)) {
        throw wrong("SLUICE_GATEWAY_JWT_JWKS %s: there is no such file to read".formatted(jwks));
      }
      return KeySet.of(file);
    }
    try {
      URI page = URI.create(jwks);
      boolean unseen =
          "https".equals(page.getScheme()) || isLoopback(String.valueOf(page.getHost()));
      if (unseen && page.getHost() != null) {
        return KeySet.of(page);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw wrong(
        "SLUICE_GATEWAY_JWT_JWKS must be a file or an https:// address; http:// is for loopback"
            + " alone");
  }

  private static ConfigurationException wrong(String problem) {
    return new ConfigurationException(List.of(problem));
  }

  /** Runs around every call but health checks, before any message is read. */
  public ServerInterceptor interceptor() {
    return interceptor;
  }

  /**
   * Whose call it is, as far as that is known within a microsecond: by credentials that were
   * accepted lately. Good for sharing the door among tenants, and for nothing else.
   */
  public String seemingTenant(Metadata headers) {
    return tenants.of(headers);
  }

  @Override
  public void close() {
    keys.ifPresent(KeyFile::close);
  }
}
