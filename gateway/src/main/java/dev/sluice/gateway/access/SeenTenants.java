package dev.sluice.gateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Optional;

/**
 * The tenants of credentials that were accepted lately, which the gateway's door shares its room
 * among before anything can be proved. Strangers, and who comes for the first time, share the room
 * of one. The credentials of each call are proved all the same.
 */
final class SeenTenants {

  private static final int MOST = 10_000;
  private static final Duration LATELY = Duration.ofMinutes(10);
  private static final String STRANGERS = "";

  private final Cache<HashCode, String> byCredentials;

  SeenTenants() {
    this(Ticker.systemTicker());
  }

  SeenTenants(Ticker ticker) {
    this.byCredentials =
        Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(LATELY).ticker(ticker).build();
  }

  /** Credentials, if any are asked for, were accepted. */
  void seen(Metadata headers, String tenant) {
    credentials(headers).ifPresent(given -> byCredentials.put(given, tenant));
  }

  /** Credentials were refused: who holds them is a stranger from now on. */
  void refused(Metadata headers) {
    credentials(headers).ifPresent(byCredentials::invalidate);
  }

  /** The tenant, if it is known. Asking makes nobody known for longer. */
  String of(Metadata headers) {
    return credentials(headers)
        .map(given -> byCredentials.asMap().getOrDefault(given, STRANGERS))
        .orElse(STRANGERS);
  }

  private static Optional<HashCode> credentials(Metadata headers) {
    return Optional.ofNullable(headers.get(BearerAuthentication.AUTHORIZATION))
        .map(given -> Hashing.sha256().hashUnencodedChars(given));
  }
}
