package dev.sluice.serving.network;

import dev.sluice.serving.failure.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of requests that a server holds in memory at a time, bounded, and for one tenant at
 * four fifths of that, so that its requests never shut out all others. Thread-safe.
 */
public final class HeldBytes {

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** A parsed message takes two to three times as much as its bytes, and there is other work. */
  private static final int PART_OF_HEAP = 4;

  private final long most;
  private final long mostOfTenant;
  private final AtomicLong held = new AtomicLong();
  private final Map<String, Long> tenants = new ConcurrentHashMap<>();

  HeldBytes(long most) {
    this.most = most;
    this.mostOfTenant = most - most / 5;
  }

  /**
   * A quarter of the heap, and room for two of the largest requests in any case.
   *
   * @param largest bytes of a request
   * @param heap the most bytes that it may grow to
   */
  public static HeldBytes of(int largest, long heap) {
    return new HeldBytes(Math.max(heap / PART_OF_HEAP, 2L * largest));
  }

  /** So many more are there, until they are released, also where that is too much and why. */
  Optional<Failure> hold(String tenant, long bytes) {
    long all = held.addAndGet(bytes);
    long ofTenant = tenants.merge(tenant, bytes, Long::sum);
    if (all > most) {
      return full("REQUEST_BYTES", "the server holds " + most + " bytes of requests already");
    }
    return ofTenant > mostOfTenant
        ? full("TENANT_SHARE", "the tenant's requests have " + mostOfTenant + " bytes already")
        : Optional.empty();
  }

  private static Optional<Failure> full(String reason, String message) {
    return Optional.of(new Failure.Overloaded(reason, message, RETRY));
  }

  void release(String tenant, long bytes) {
    held.addAndGet(-bytes);
    tenants.computeIfPresent(tenant, (_, all) -> all == bytes ? null : all - bytes);
  }

  /** Bytes that are held now. */
  long held() {
    return held.get();
  }
}
