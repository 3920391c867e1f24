package dev.sluice.serving.batching;

/**
 * The most tokens of a batch. Large enough that launches take at most a tenth of the time, small
 * enough that a batch does not keep an urgent request waiting for more than half its time, and
 * never more than the model's memory holds.
 */
final class TokenBudget {

  /** The part of a batch's time that its launch may take. */
  private static final double OVERHEAD = 0.1;

  private static final double BLOCKING = 0.5;

  /** So many tokens are always tried: a model is learned by running batches of several sizes. */
  private static final long LEAST = 512;

  /** Nanoseconds of a token that seems to cost nothing. */
  private static final double FREE = 1e-9;

  private static final long MEMORY_PENALTY = 60_000_000_000L;

  private final long hardCap;
  private long cap;
  private long restoredAt;

  TokenBudget(long hardCap) {
    this.hardCap = hardCap;
    this.cap = hardCap;
  }

  /**
   * @param shortestSlack nanoseconds that the most urgent requests have
   */
  long tokens(CostModel cost, long shortestSlack, long now) {
    double perToken = Math.max(cost.perToken(), FREE);
    double knee = cost.launch() / perToken * (1 - OVERHEAD) / OVERHEAD;
    double patience = BLOCKING * shortestSlack / perToken;
    double wanted = Math.max(Math.min(knee, patience), (double) LEAST);
    return (long) Math.min(wanted, (double) cap(now));
  }

  /** The most tokens that memory allows just now. */
  long cap(long now) {
    if (cap < hardCap && now - restoredAt >= 0) {
      cap = hardCap;
    }
    return cap;
  }

  /** The model ran out of memory on so many tokens: at most half of them for a minute. */
  void outOfMemory(long tokens, long now) {
    cap = Math.clamp(tokens / 2, 1, cap(now));
    restoredAt = now + MEMORY_PENALTY;
  }
}
