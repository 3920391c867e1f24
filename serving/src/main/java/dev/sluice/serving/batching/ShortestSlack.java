package dev.sluice.serving.batching;

/**
 * The shortest time that a request admitted lately had from its arrival to its deadline, over the
 * last ten to twenty seconds, in nanoseconds. Bounds how long one batch may keep a slot.
 */
final class ShortestSlack {

  private static final long WINDOW = 10_000_000_000L;

  private long windowStart;
  private long current = Long.MAX_VALUE;
  private long previous = Long.MAX_VALUE;

  void admitted(long slack, long now) {
    turn(now);
    current = Math.min(current, slack);
  }

  /** Nanoseconds; a very large number when nothing was admitted lately. */
  long nanos(long now) {
    turn(now);
    return Math.min(current, previous);
  }

  private void turn(long now) {
    if (now - windowStart < WINDOW) {
      return;
    }
    previous = now - windowStart < 2 * WINDOW ? current : Long.MAX_VALUE;
    current = Long.MAX_VALUE;
    windowStart = now;
  }
}
