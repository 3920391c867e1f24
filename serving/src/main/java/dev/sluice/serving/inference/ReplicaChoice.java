package dev.sluice.serving.inference;

import java.util.concurrent.TimeUnit;

/**
 * Chooses a replica for each stream: the one with the fewest. A replica that failed is left out for
 * a back-off that doubles with each failure in a row, and is then tried by one stream alone. Pure;
 * times are {@code System.nanoTime}. Thread-safe.
 */
final class ReplicaChoice {

  private static final long SHORTEST_BACK_OFF = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_DOUBLINGS = 4;

  private final int[] streams;
  private final int[] failures;
  private final long[] backAt;

  ReplicaChoice(int replicas) {
    this.streams = new int[replicas];
    this.failures = new int[replicas];
    this.backAt = new long[replicas];
  }

  /**
   * The replica for a stream that starts; {@link #ended} must follow. Where all are left out, the
   * one that is back first is tried all the same.
   */
  synchronized int take(long now) {
    int best = 0;
    for (int i = 1; i < streams.length; i++) {
      if (isBetter(i, best, now)) {
        best = i;
      }
    }
    streams[best]++;
    return best;
  }

  private boolean isBetter(int replica, int best, long now) {
    boolean open = isOpen(replica, now);
    if (open != isOpen(best, now)) {
      return open;
    }
    return open ? streams[replica] < streams[best] : backAt[replica] - backAt[best] < 0;
  }

  private boolean isOpen(int replica, long now) {
    return failures[replica] == 0 || (streams[replica] == 0 && now - backAt[replica] >= 0);
  }

  /** It answered: it is there. */
  synchronized void answered(int replica) {
    failures[replica] = 0;
  }

  /** It could not be reached, or went away. */
  synchronized void failed(int replica, long now) {
    backAt[replica] = now + (SHORTEST_BACK_OFF << Math.min(failures[replica], MOST_DOUBLINGS));
    failures[replica]++;
  }

  /** A stream that was given to it is over. */
  synchronized void ended(int replica) {
    streams[replica]--;
  }
}
