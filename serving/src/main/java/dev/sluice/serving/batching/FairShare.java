package dev.sluice.serving.batching;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Who has had how much lately, and who has had more than a fair share. Everybody who asked in the
 * last second for work of about the same urgency counts, with an equal share of what can be done.
 * Others do not: those far more urgent go first anyway, and those far less urgent can wait.
 *
 * <p>Counting the service given, as the Virtual Token Counter does (Sheng et al., OSDI 2024), but
 * to admit by, not to order by: work that is admitted runs in the order that packs best.
 *
 * @param <K> who: a tenant, or a class
 */
final class FairShare<K> {

  /** What was admitted counts for a second, less and less. */
  private static final long WINDOW = 1_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final Map<K, Account> accounts = new HashMap<>();
  private long sweptAt;

  /** One of those who share, with an entry for each magnitude of urgency. */
  private static final class Account {
    private final double[] admitted = new double[Slack.MAGNITUDES];
    private final long[] admittedAt = new long[Slack.MAGNITUDES];
    private final long[] seenAt = new long[Slack.MAGNITUDES];

    Account() {
      Arrays.fill(seenAt, NEVER);
      Arrays.fill(admittedAt, NEVER);
    }

    void admit(int magnitude, long tokens, long now) {
      admitted[magnitude] = admitted(magnitude, now) + tokens;
      admittedAt[magnitude] = now;
    }

    /** Tokens admitted in about the last second. */
    double admitted(int magnitude, long now) {
      return admitted[magnitude] * Math.exp((double) (admittedAt[magnitude] - now) / WINDOW);
    }

    boolean wasSeen(int magnitude, long now) {
      return now - seenAt[magnitude] <= WINDOW;
    }

    boolean isGone(long now) {
      return Arrays.stream(seenAt).noneMatch(at -> now - at <= 10 * WINDOW);
    }
  }

  /** Somebody asks, with so long to the deadline. */
  void seen(K who, long slack, long now) {
    if (now - sweptAt > WINDOW) {
      accounts.values().removeIf(each -> each.isGone(now));
      sweptAt = now;
    }
    account(who).seenAt[Slack.magnitude(slack)] = now;
  }

  private Account account(K who) {
    return accounts.computeIfAbsent(who, key -> new Account());
  }

  /** Somebody gets so many tokens. */
  void admitted(K who, long slack, long tokens, long now) {
    account(who).admit(Slack.magnitude(slack), tokens, now);
  }

  /**
   * Whether somebody has had more than a fair share.
   *
   * @param slack the time from arrival to deadline, in nanoseconds
   * @param rate tokens a nanosecond that can be done
   */
  boolean isExceeded(K who, long slack, double rate, long now) {
    int from = Math.max(Slack.magnitude(slack) - 1, 0);
    int to = Math.min(Slack.magnitude(slack) + 1, Slack.MAGNITUDES - 1);
    int sharing = 0;
    for (Account account : accounts.values()) {
      sharing += wasSeen(account, from, to, now) ? 1 : 0;
    }
    double had = 0;
    for (int magnitude = from; magnitude <= to; magnitude++) {
      had += account(who).admitted(magnitude, now);
    }
    return sharing > 1 && had > rate * WINDOW / sharing;
  }

  private static boolean wasSeen(Account account, int from, int to, long now) {
    for (int magnitude = from; magnitude <= to; magnitude++) {
      if (account.wasSeen(magnitude, now)) {
        return true;
      }
    }
    return false;
  }
}
