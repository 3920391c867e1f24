package dev.sluice.gateway.deadline;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How long something took lately: a histogram of durations in buckets that grow by a tenth, whose
 * counts fade to a half in a time given, or in {@value #HALF_LIFE_SECONDS} s (forward decay:
 * Cormode et al., ICDE 2009). A quantile is at most a tenth too large. Not thread-safe; all times
 * are {@code System.nanoTime}.
 */
public final class LatencyHistory {

  private static final long HALF_LIFE_SECONDS = 60;
  private static final double GROWTH = Math.log(1.1);
  private static final long SHORTEST = Duration.ofNanos(10_000).toNanos();
  private static final int BUCKETS = 200;

  /** Below so many, faded, nothing is known. */
  private static final double LEAST = 4;

  /** Weights are brought down before they leave the range of a double. */
  private static final double HALF_LIVES_BEFORE_RESCALING = 500;

  private final double halfLife;
  private final double[] counts = new double[BUCKETS];
  private double total;
  private long landmark;
  private boolean empty = true;

  public LatencyHistory() {
    this(Duration.ofSeconds(HALF_LIFE_SECONDS));
  }

  public LatencyHistory(Duration halfLife) {
    this.halfLife = halfLife.toNanos();
  }

  /** Something took so long. */
  public void observe(long nanos, long now) {
    if (empty) {
      landmark = now;
      empty = false;
    }
    double age = (now - landmark) / halfLife;
    if (age > HALF_LIVES_BEFORE_RESCALING) {
      rescale(age, now);
      age = 0;
    }
    double weight = Math.pow(2, age);
    counts[bucket(nanos)] += weight;
    total += weight;
  }

  private void rescale(double age, long now) {
    double factor = Math.pow(2, -age);
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] *= factor;
    }
    total *= factor;
    landmark = now;
  }

  private static int bucket(long nanos) {
    double steps = Math.log((double) Math.max(nanos, SHORTEST) / SHORTEST) / GROWTH;
    return (int) Math.min(Math.floor(steps), BUCKETS - 1.0);
  }

  /**
   * What took longer than so many nanoseconds counts half as much from now on, unless too little
   * would be known then.
   */
  void halveBeyond(long nanos, long now) {
    int first = bucket(nanos) + 1;
    double half = Arrays.stream(counts, first, BUCKETS).sum() / 2;
    if ((total - half) * faded(now) < LEAST) {
      return;
    }
    total -= half;
    for (int bucket = first; bucket < BUCKETS; bucket++) {
      counts[bucket] /= 2;
    }
  }

  /** What a weight at the landmark has become. */
  private double faded(long now) {
    return Math.pow(2, -(now - landmark) / halfLife);
  }

  /**
   * Nanoseconds that a part of what was observed did not exceed; empty while too little is known.
   *
   * @param part between 0 and 1
   */
  public OptionalLong quantile(double part, long now) {
    if (empty || total * faded(now) < LEAST) {
      return OptionalLong.empty();
    }
    double left = total * part;
    int bucket = 0;
    while (bucket < BUCKETS - 1 && left > counts[bucket]) {
      left -= counts[bucket];
      bucket++;
    }
    return OptionalLong.of((long) (SHORTEST * Math.exp((bucket + 1) * GROWTH)));
  }
}
