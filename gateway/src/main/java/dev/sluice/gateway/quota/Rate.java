package dev.sluice.gateway.quota;

/**
 * So many units a second on average, and so many at once.
 *
 * @param perSecond above 0
 * @param burst at least 1
 */
record Rate(double perSecond, long burst) {

  private static final double SECOND = 1e9;

  /** Beyond this nobody waits; it keeps sums of times within a long. */
  private static final long LONGEST_NANOS = 30L * 24 * 3600 * 1_000_000_000L;

  /** How long it takes to earn so many units, which may be negative; at most 30 days. */
  long nanos(double units) {
    return Math.clamp(Math.round(units * SECOND / perSecond), -LONGEST_NANOS, LONGEST_NANOS);
  }
}
