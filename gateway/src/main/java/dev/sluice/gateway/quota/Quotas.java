package dev.sluice.gateway.quota;

import dev.sluice.gateway.documents.StorageLimit;
import dev.sluice.gateway.documents.StorageLimits;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What each tenant may spend and has spent, at this gateway. Tokens are known when they are spent,
 * so a tenant may get into debt, and waits until it is paid.
 */
public final class Quotas {

  /** The part of a burst of requests that streams leave to calls. */
  private static final double LEFT_TO_CALLS = 0.25;

  /** Nobody knows when a text ends, or when somebody deletes. */
  private static final Duration GENERATION_WAIT = Duration.ofSeconds(1);

  private static final Duration DELETION_WAIT = Duration.ofMinutes(1);

  private final Supplier<TenantLimits> limits;
  private final Buckets requests;
  private final Buckets tokens;
  private final Generations generations = new Generations();
  private final QuotaMetrics metrics;

  Quotas(Supplier<TenantLimits> limits, LongSupplier clock, MeterRegistry registry) {
    this.limits = limits;
    this.requests = new Buckets(clock);
    this.tokens = new Buckets(clock);
    this.metrics = new QuotaMetrics(registry);
  }

  /** With the limits of a file, as they are at any time; without it with the usual ones. */
  public static Quotas of(Optional<LimitsFile> file, MeterRegistry registry) {
    Supplier<TenantLimits> limits =
        file.<Supplier<TenantLimits>>map(known -> known::now).orElse(() -> TenantLimits.NONE);
    return new Quotas(limits, System::nanoTime, registry);
  }

  private Limits of(String tenant) {
    return limits.get().of(tenant);
  }

  /**
   * A call begins.
   *
   * @throws QuotaExceeded when it must wait
   */
  void takeCall(String tenant) {
    Limits allowed = of(tenant);
    allowed
        .tokens()
        .ifPresent(rate -> {
          long wait = tokens.nanosUntil(tenant, rate, 1);
          if (wait > 0) {
            String what = "%s tokens a minute".formatted(number(rate.perSecond() * 60));
            throw exceeded(Quota.TOKENS, tenant, what, upToMillis(wait));
          }
        });
    allowed
        .requests()
        .ifPresent(rate -> {
          long wait = requests.take(tenant, rate);
          if (wait > 0) {
            String what = "%s requests a second".formatted(number(rate.perSecond()));
            throw exceeded(Quota.REQUESTS, tenant, what, upToMillis(wait));
          }
        });
  }

  /**
   * How long a stream should wait before it reads its next message; 0 when it need not.
   *
   * @param first whether this is first asked for that message, and so is to be counted
   */
  long nanosToNextMessage(String tenant, boolean first) {
    Limits allowed = of(tenant);
    long forTokens = allowed.tokens().map(rate -> tokens.nanosUntil(tenant, rate, 1)).orElse(0L);
    long forRequests =
        allowed
            .requests()
            .map(rate -> requests.nanosUntil(tenant, rate, 1 + LEFT_TO_CALLS * rate.burst()))
            .orElse(0L);
    if (first && (forTokens > 0 || forRequests > 0)) {
      metrics.delayed(forTokens > forRequests ? Quota.TOKENS : Quota.REQUESTS);
    }
    return Math.max(forTokens, forRequests);
  }

  /** A stream's message came. */
  void tookMessage(String tenant) {
    of(tenant).requests().ifPresent(rate -> requests.spend(tenant, rate, 1));
  }

  /** So many tokens were spent; negative where fewer were than was thought. */
  void spent(String tenant, long count) {
    of(tenant).tokens().ifPresent(rate -> tokens.spend(tenant, rate, count));
  }

  /**
   * A text is to be written, for a call that {@link #takeCall} let begin.
   *
   * @return to be closed when it is
   * @throws QuotaExceeded when as many are being written as may be; what the call took is given
   *     back then
   */
  Generations.Permit takeGeneration(String tenant) {
    Limits allowed = of(tenant);
    int most = allowed.concurrentGenerations().orElse(Integer.MAX_VALUE);
    if (!generations.begin(tenant, most)) {
      allowed.requests().ifPresent(rate -> requests.spend(tenant, rate, -1));
      throw exceeded(Quota.GENERATIONS, tenant, most + " generations at a time", GENERATION_WAIT);
    }
    return generations.begun(tenant);
  }

  /** What tenants may keep. */
  public StorageLimits storage() {
    return new StorageLimits(
        new Kept(Quota.DOCUMENTS, Limits::storedDocuments),
        new Kept(Quota.COLLECTIONS, Limits::storedCollections),
        new Kept(Quota.SNAPSHOTS, Limits::storedSnapshots));
  }

  /** How many things of one kind a tenant may keep. */
  private final class Kept implements StorageLimit {
    private final Quota quota;
    private final Function<Limits, OptionalLong> limit;

    Kept(Quota quota, Function<Limits, OptionalLong> limit) {
      this.quota = quota;
      this.limit = limit;
    }

    @Override
    public OptionalLong most(String tenant) {
      return limit.apply(of(tenant));
    }

    @Override
    public QuotaExceeded exceeded(String tenant, long most) {
      metrics.refused(quota);
      return new QuotaExceeded(
          quota.text(),
          tenant,
          "tenant '%s' may keep %d %s: delete some, or ask for more"
              .formatted(tenant, most, quota.text()),
          DELETION_WAIT);
    }
  }

  private QuotaExceeded exceeded(Quota quota, String tenant, String what, Duration wait) {
    metrics.refused(quota);
    String message =
        String.format(
            Locale.ROOT,
            "tenant '%s' has used up its %s: try again in %.1f s",
            tenant,
            what,
            wait.toMillis() / 1e3 + 0.05);
    return new QuotaExceeded(quota.text(), tenant, message, wait);
  }

  /** Clients wait for whole milliseconds. */
  private static Duration upToMillis(long nanos) {
    return Duration.ofMillis((nanos + 999_999) / 1_000_000);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  Generations generations() {
    return generations;
  }

  /** Tenants of whom something is remembered. */
  long remembered() {
    return Math.max(requests.size(), tokens.size());
  }
}
