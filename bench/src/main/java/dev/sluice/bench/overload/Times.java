package dev.sluice.bench.overload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** Durations that were measured, for their quantiles. Not thread-safe. */
public final class Times {

  private long[] nanos;
  private int count;

  Times() {
    this(new long[0]);
  }

  @JsonCreator
  Times(long... nanos) {
    this.nanos = nanos;
    this.count = nanos.length;
  }

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, Math.max(1024, 2 * count));
    }
    nanos[count] = duration;
    count++;
  }

  /** All of them, in nanoseconds. */
  @JsonValue
  long[] nanos() {
    return Arrays.copyOf(nanos, count);
  }

  /** These and others. */
  Times and(Times others) {
    long[] both = Arrays.copyOf(nanos, count + others.count);
    System.arraycopy(others.nanos, 0, both, count, others.count);
    return new Times(both);
  }

  /** Milliseconds that half of them did not exceed; 0 where there are none. */
  public double p50() {
    return millis(0.5);
  }

  /** Milliseconds that 99 in 100 of them did not exceed; 0 where there are none. */
  public double p99() {
    return millis(0.99);
  }

  private double millis(double part) {
    if (count == 0) {
      return 0;
    }
    long[] sorted = nanos();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(part * count) - 1;
    return sorted[Math.clamp(rank, 0, count - 1)] / 1e6;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f to %.1f ms", p50(), p99());
  }
}
