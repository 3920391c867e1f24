package dev.sluice.serving.batching;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * By how much predictions of the time in the queue are stretched: grows with each admitted request
 * that was late, shrinks with each that was not, and rests where one in two hundred is late, of
 * many; of few, where more are, because it forgets.
 *
 * <p>There is one factor for each magnitude of the time that requests have, because the prediction
 * does not know what will arrive later and overtake: nothing where deadlines are shortest, much
 * where they are long.
 *
 * <p>What is above 1 is forgotten with time: while it is high, large requests are refused that
 * alone could bring it down. Pure; times are {@code System.nanoTime}.
 */
final class SafetyFactor {

  private static final double START = 1;
  private static final double STEP = 0.02;
  private static final double LATE_TARGET = 0.005;
  private static final double LEAST = 0.4;
  private static final double MOST = 4;

  /** Nanoseconds in which half of what is above 1 is forgotten. */
  private static final double HALF_LIFE = 30e9;

  private final double[] values = new double[Slack.MAGNITUDES];
  private final long[] observedAt = new long[Slack.MAGNITUDES];

  SafetyFactor() {
    Arrays.fill(values, START);
  }

  /** The factor for requests with so many nanoseconds from arrival to deadline. */
  double value(long slack, long now) {
    return remembered(Slack.magnitude(slack), now);
  }

  private double remembered(int magnitude, long now) {
    double value = values[magnitude];
    double part = Math.pow(0.5, (now - observedAt[magnitude]) / HALF_LIFE);
    return value <= START ? value : START + (value - START) * part;
  }

  void observe(long slack, boolean late, long now) {
    int magnitude = Slack.magnitude(slack);
    double value = remembered(magnitude, now) + STEP * ((late ? 1 : 0) - LATE_TARGET);
    values[magnitude] = Math.clamp(value, LEAST, MOST);
    observedAt[magnitude] = now;
  }

  /** The largest factor in use, for metrics. */
  double largest(long now) {
    return IntStream.range(0, values.length)
        .mapToDouble(magnitude -> remembered(magnitude, now))
        .max()
        .orElse(START);
  }
}
