package dev.sluice.bench.overload;

import java.util.Arrays;

/** Durations that were measured, for their quantiles. Not thread-safe. */
final class Times {

  private long[] nanos = new long[1024];
  private int count;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count] = duration;
    count++;
  }

  /** Milliseconds that a part of them did not exceed; 0 where there are none. */
  double millis(double part) {
    if (count == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(part * count) - 1;
    return sorted[Math.clamp(rank, 0, count - 1)] / 1e6;
  }
}
