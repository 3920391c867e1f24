package dev.sluice.serving.server;

import dev.sluice.serving.batching.BusyShare;

/**
 * Calls a second, faded as {@link BusyShare} is, so that the one may be divided by the other. Times
 * are {@code System.nanoTime}.
 */
final class CallRate {

  private static final double NANOS = 1e9;

  private double recent;
  private long last;
  private boolean any;

  /** A call was answered. Returns the calls a second, this one counted. */
  synchronized double answered(long now) {
    recent = any ? recent * Math.exp((last - now) / BusyShare.FADING_NANOS) + 1 : 1;
    last = now;
    any = true;
    return recent / BusyShare.FADING_NANOS * NANOS;
  }
}
