package dev.sluice.gateway.quota;

/**
 * A token bucket, as the time at which it will be full again: the generic cell rate algorithm
 * (ITU-T I.371). In that form it needs no refilling, is exact in whole nanoseconds, and one that is
 * full is as good as none. It may be in debt, which takes longer to earn than a burst does.
 *
 * @param fullAt in the nanoseconds of the clock that the caller reads
 * @param rate at which it fills until then
 */
record Drain(long fullAt, Rate rate) {

  /** A full one. */
  static Drain full(Rate rate, long now) {
    return new Drain(now, rate);
  }

  /** The same level at another rate: who may spend more pays a debt sooner. */
  Drain at(Rate other, long now) {
    if (rate.equals(other)) {
      return this;
    }
    long left = Math.max(0, fullAt - now);
    return bounded(now + other.nanos(left / 1e9 * rate.perSecond()), other, now);
  }

  /**
   * After so many units were taken, whether they were there or not; negative ones are given back.
   */
  Drain less(long units, long now) {
    long from = Math.max(fullAt, now);
    return bounded(from + rate.nanos((double) units), rate, now);
  }

  private static Drain bounded(long fullAt, Rate rate, long now) {
    return new Drain(Math.min(fullAt, now + rate.longestNanos()), rate);
  }

  /** How long until so many units are there; 0 when they are. */
  long nanosUntil(double units, long now) {
    double within = Math.min(units, (double) rate.burst());
    return Math.max(0, fullAt - now - rate.nanos((double) rate.burst() - within));
  }
}
