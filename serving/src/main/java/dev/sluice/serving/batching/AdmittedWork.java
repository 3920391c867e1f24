package dev.sluice.serving.batching;

import java.util.Arrays;

/**
 * Tokens admitted in about the last second, by the magnitude of the time that their requests had.
 * What was admitted counts less and less.
 */
final class AdmittedWork {

  /** Nanoseconds in which what was admitted fades to a third. */
  static final long WINDOW = 1_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final double[] tokens = new double[Slack.MAGNITUDES];
  private final long[] updatedAt = new long[Slack.MAGNITUDES];
  private final long[] askedAt = new long[Slack.MAGNITUDES];

  AdmittedWork() {
    Arrays.fill(updatedAt, NEVER);
    Arrays.fill(askedAt, NEVER);
  }

  /** Somebody asks, with so long to the deadline. */
  void asked(long slack, long now) {
    askedAt[Slack.magnitude(slack)] = now;
  }

  void admitted(long slack, long more, long now) {
    int magnitude = Slack.magnitude(slack);
    tokens[magnitude] = faded(magnitude, now) + more;
    updatedAt[magnitude] = now;
  }

  private double faded(int magnitude, long now) {
    return tokens[magnitude] * Math.exp((double) (updatedAt[magnitude] - now) / WINDOW);
  }

  /** Tokens of requests of about this urgency: within a factor of two to four. */
  double like(long slack, long now) {
    int magnitude = Slack.magnitude(slack);
    int to = Math.min(magnitude + 1, Slack.MAGNITUDES - 1);
    double sum = 0;
    for (int i = Math.max(magnitude - 1, 0); i <= to; i++) {
      sum += faded(i, now);
    }
    return sum;
  }

  /** Whether requests of about this urgency were asked for in the last second. */
  boolean competesWith(long slack, long now) {
    int magnitude = Slack.magnitude(slack);
    int to = Math.min(magnitude + 1, Slack.MAGNITUDES - 1);
    for (int i = Math.max(magnitude - 1, 0); i <= to; i++) {
      if (now - askedAt[i] <= WINDOW) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing of it matters any more. */
  boolean isForgotten(long now) {
    return Arrays.stream(askedAt).noneMatch(at -> now - at <= 10 * WINDOW);
  }
}
