package dev.sluice.serving.inference;

import java.util.Arrays;

/**
 * How long a message to a server and back takes, without any work: the shortest of the last {@value
 * #KEPT} pings. Says when a ping is due: at most one at a time, and one in {@value #EVERY_NANOS}
 * ns. Pure; all times are {@code System.nanoTime}.
 */
final class RoundTrip {

  private static final int KEPT = 8;
  private static final long EVERY_NANOS = 2_000_000_000L;

  private final long[] samples = new long[KEPT];
  private int count;
  private boolean running;
  private boolean pinged;
  private long started;

  /** Whether to send a ping now; then {@link #answered} or {@link #failed} must follow. */
  synchronized boolean due(long now) {
    if (running || (pinged && now - started < EVERY_NANOS)) {
      return false;
    }
    running = true;
    pinged = true;
    started = now;
    return true;
  }

  synchronized void answered(long now) {
    running = false;
    samples[count % KEPT] = Math.max(now - started, 1);
    count++;
  }

  synchronized void failed() {
    running = false;
  }

  /** Nanoseconds; 0 before the first answer. */
  synchronized long nanos() {
    return Arrays.stream(samples, 0, Math.min(count, KEPT)).min().orElse(0);
  }
}
