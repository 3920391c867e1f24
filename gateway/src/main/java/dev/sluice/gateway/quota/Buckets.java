package dev.sluice.gateway.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The token buckets of tenants, for one kind of quota. A bucket is forgotten once it is full, so
 * that memory follows the tenants that spent lately; beyond {@value #MOST} those that spent longest
 * ago are taken for full.
 */
final class Buckets {

  static final int MOST = 100_000;

  private final LongSupplier clock;
  private final Cache<String, Drain> drains;

  /**
   * @param clock in nanoseconds, as {@link System#nanoTime}
   */
  Buckets(LongSupplier clock) {
    this.clock = clock;
    this.drains =
        Caffeine.newBuilder()
            .ticker(clock::getAsLong)
            .executor(Runnable::run)
            .maximumSize(MOST)
            .expireAfter(
                Expiry.<String, Drain>writing((tenant, drain) ->
                    java.time.Duration.ofNanos(Math.max(0, drain.fullAt() - clock.getAsLong()))))
            .build();
  }

  /** Takes one unit if it is there, and gives 0; else how long until it is. */
  long take(String tenant, Rate rate) {
    long now = clock.getAsLong();
    AtomicLong wait = new AtomicLong();
    change(
        tenant,
        rate,
        now,
        drain -> {
          wait.setPlain(drain.nanosUntil(1, now));
          return wait.getPlain() > 0 ? drain : drain.less(1, now);
        });
    return wait.getPlain();
  }

  /**
   * Takes units that may not be there: what was spent before it was known. Negative: gives back.
   */
  void spend(String tenant, Rate rate, long units) {
    long now = clock.getAsLong();
    change(tenant, rate, now, drain -> drain.less(units, now));
  }

  /** How long until so many units are there; 0 when they are. Takes none. */
  long nanosUntil(String tenant, Rate rate, double units) {
    long now = clock.getAsLong();
    Drain drain = drains.getIfPresent(tenant);
    return drain == null ? 0 : drain.at(rate, now).nanosUntil(units, now);
  }

  private void change(String tenant, Rate rate, long now, UnaryOperator<Drain> change) {
    var _ = drains.asMap().compute(tenant, (_, known) -> kept(change, known, rate, now));
  }

  private static @Nullable Drain kept(
      UnaryOperator<Drain> change, @Nullable Drain known, Rate rate, long now) {
    Drain drain = change.apply(known == null ? Drain.full(rate, now) : known.at(rate, now));
    return drain.fullAt() > now ? drain : null;
  }

  /** Buckets that are not full. */
  long size() {
    drains.cleanUp();
    return drains.estimatedSize();
  }
}
