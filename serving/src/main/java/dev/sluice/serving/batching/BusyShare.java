package dev.sluice.serving.batching;

/**
 * The share of the slots that was busy lately: an average over time whose weights fade by e in two
 * seconds. Not thread-safe; times are {@code System.nanoTime}.
 */
public final class BusyShare {

  /** Nanoseconds in which what was becomes e times less important. */
  public static final double FADING_NANOS = 2e9;

  private double average;
  private double current;
  private long since;

  BusyShare(long now) {
    since = now;
  }

  /** From now on this share is busy. */
  void is(double share, long now) {
    average = at(now);
    since = now;
    current = share;
  }

  /** Between 0 and 1. */
  double at(long now) {
    return current + (average - current) * Math.exp((since - now) / FADING_NANOS);
  }
}
