package dev.sluice.serving.batching;

/** The time that a request has from its arrival to its deadline, by its order of magnitude. */
final class Slack {

  /** Powers of two of about a millisecond (2^20 ns), up to some hours. */
  static final int MAGNITUDES = 24;

  private static final int MILLISECOND = 20;

  private Slack() {}

  /** The magnitude of so many nanoseconds, from 0. */
  static int magnitude(long nanos) {
    int log = Long.SIZE - Long.numberOfLeadingZeros(Math.max(nanos, 1)) - 1;
    return Math.clamp(log - MILLISECOND, 0, MAGNITUDES - 1);
  }

  /** The least magnitude of requests that are about as urgent: within a factor of two to four. */
  static int near(long nanos) {
    return Math.max(magnitude(nanos) - 1, 0);
  }

  /** The largest one. */
  static int far(long nanos) {
    return Math.min(magnitude(nanos) + 1, MAGNITUDES - 1);
  }
}
