package dev.sluice.serving.batching;

import java.util.Arrays;

/**
 * Tokens asked for and admitted in about the last second, by the magnitude of the time that their
 * requests had. What was asked for or admitted counts less and less.
 */
final class RecentWork {

  /** Nanoseconds in which what was admitted fades to a third. */
  static final long WINDOW = 1_000_000_000L;

  /** Nanoseconds for which somebody who asked is expected to ask again. */
  private static final long MEMORY = 10 * WINDOW;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final double[] admitted = new double[Slack.MAGNITUDES];
  private final long[] admittedAt = new long[Slack.MAGNITUDES];
  private final long[] askedAt = new long[Slack.MAGNITUDES];
  private final double[] asked = new double[Slack.MAGNITUDES];
  private final long[] last = new long[Slack.MAGNITUDES];

  RecentWork() {
    Arrays.fill(admittedAt, NEVER);
    Arrays.fill(askedAt, NEVER);
  }

  /**
   * Somebody asks for so many tokens, with so long to the deadline.
   *
   * @param more tokens that the same request did not ask for before
   */
  void asked(long slack, long tokens, long more, long now) {
    int magnitude = Slack.magnitude(slack);
    asked[magnitude] = faded(asked, askedAt, magnitude, now) + more;
    askedAt[magnitude] = now;
    last[magnitude] = tokens;
  }

  void admitted(long slack, long more, long now) {
    int magnitude = Slack.magnitude(slack);
    admitted[magnitude] = faded(admitted, admittedAt, magnitude, now) + more;
    admittedAt[magnitude] = now;
  }

  /** Tokens admitted of about this urgency. */
  double admittedLike(long slack, long now) {
    return like(admitted, admittedAt, slack, now);
  }

  /** Tokens asked for of about this urgency, also in vain. */
  double askedLike(long slack, long now) {
    return like(asked, askedAt, slack, now);
  }

  private static double like(double[] tokens, long[] at, long slack, long now) {
    double sum = 0;
    for (int i = Slack.near(slack); i <= Slack.far(slack); i++) {
      sum += faded(tokens, at, i, now);
    }
    return sum;
  }

  private static double faded(double[] tokens, long[] at, int magnitude, long now) {
    return tokens[magnitude] * Math.exp((double) (at[magnitude] - now) / WINDOW);
  }

  /** Whether requests of about this urgency were asked for in the last second. */
  boolean competesWith(long slack, long now) {
    for (int i = Slack.near(slack); i <= Slack.far(slack); i++) {
      if (now - askedAt[i] <= WINDOW) {
        return true;
      }
    }
    return false;
  }

  /** Tokens of the last request of about this urgency, which may come again; 0: there is none. */
  long expected(long slack, long now) {
    long most = 0;
    for (int i = Slack.near(slack); i <= Slack.far(slack); i++) {
      most = now - askedAt[i] <= MEMORY ? Math.max(most, last[i]) : most;
    }
    return most;
  }

  /** Whether nothing of it matters any more. */
  boolean isForgotten(long now) {
    return Arrays.stream(askedAt).noneMatch(at -> now - at <= MEMORY);
  }
}
