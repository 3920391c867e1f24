package dev.sluice.serving.batching;

import java.util.Arrays;

/**
 * By how much predictions of the time in the queue are stretched: grows with each admitted request
 * that was late, shrinks with each that was not, and rests where one in two hundred is late.
 *
 * <p>There is one factor for each magnitude of the time that requests have, because the prediction
 * does not know what will arrive later and overtake: nothing where deadlines are shortest, much
 * where they are long.
 */
final class SafetyFactor {

  private static final double START = 1;
  private static final double STEP = 0.02;
  private static final double LATE_TARGET = 0.005;
  private static final double LEAST = 0.4;
  private static final double MOST = 4;

  private final double[] values = new double[Slack.MAGNITUDES];

  SafetyFactor() {
    Arrays.fill(values, START);
  }

  /** The factor for requests with so many nanoseconds from arrival to deadline. */
  double value(long slack) {
    return values[Slack.magnitude(slack)];
  }

  void observe(long slack, boolean late) {
    int magnitude = Slack.magnitude(slack);
    double value = values[magnitude] + STEP * ((late ? 1 : 0) - LATE_TARGET);
    values[magnitude] = Math.clamp(value, LEAST, MOST);
  }

  /** The largest factor in use, for metrics. */
  double largest() {
    return Arrays.stream(values).max().orElse(START);
  }
}
