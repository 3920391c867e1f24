package dev.sluice.gateway.documents;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** How many things of one kind each tenant keeps. Forgets whoever was not asked for in an hour. */
final class TenantCounts {

  private static final int MOST_TENANTS = 100_000;
  private static final Duration IDLE = Duration.ofHours(1);

  private final LoadingCache<String, TenantCount> counts;

  /**
   * @param stored counts what the store has of a tenant
   * @param clock in nanoseconds
   */
  TenantCounts(ToLongFunction<String> stored, LongSupplier clock) {
    this.counts =
        Caffeine.newBuilder()
            .maximumSize(MOST_TENANTS)
            .expireAfterAccess(IDLE)
            .build(tenant -> new TenantCount(() -> stored.applyAsLong(tenant), clock));
  }

  TenantCount of(String tenant) {
    return counts.get(tenant);
  }
}
