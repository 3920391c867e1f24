package dev.sluice.gateway.quota;

/**
 * So many units a second on average, and so many at once.
 *
 * @param perSecond above 0
 * @param burst at least 1
 */
record Rate(double perSecond, long burst) {

  private static final double SECOND = 1e9;

  private static final long DAY_NANOS = 24L * 3600 * 1_000_000_000L;

  /** Nobody waits longer for the next unit, however much was spent. */
  private static final long LONGEST_WAIT_NANOS = 30 * DAY_NANOS;

  /** Keeps sums of times within a long. A burst that takes longer to earn is cut to it. */
  private static final long LONGEST_NANOS = 25 * 365 * DAY_NANOS;

  /** How long it takes to earn so many units, which may be negative; at most 25 years. */
  long nanos(double units) {
    return Math.clamp(Math.round(units * SECOND / perSecond), -LONGEST_NANOS, LONGEST_NANOS);
  }

  /** How long it takes at most until a bucket is full: its burst, and what it may owe. */
  long longestNanos() {
    return nanos((double) burst - 1) + LONGEST_WAIT_NANOS;
  }
}
