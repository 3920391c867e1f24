package dev.sluice.serving.batching;

import java.util.HashMap;
import java.util.Map;

/**
 * Who has had how much lately, and who has had more than a fair share. Everybody who asked in the
 * last second for work of about the same urgency counts, with an equal share of what can be done.
 * Others do not: those far more urgent go first anyway, and those far less urgent can wait.
 *
 * <p>Counts the service given, as the Virtual Token Counter does (Sheng et al., OSDI 2024), but to
 * admit by, not to order by: work that is admitted runs in the order that packs best.
 *
 * @param <K> who: a tenant, or a class
 */
final class FairShare<K> {

  /** Accounts kept apart; whoever comes when so many are kept shares one account with the rest. */
  static final int MOST_ACCOUNTS = 256;

  private final Map<K, RecentWork> accounts = new HashMap<>();
  private final RecentWork rest = new RecentWork();
  private final RecentWork everybody = new RecentWork();
  private long sweptAt;

  /**
   * Somebody asks for so many tokens, with so long to the deadline.
   *
   * @param more tokens that the same request did not ask for before
   */
  void asked(K who, long slack, long tokens, long more, long now) {
    if (now - sweptAt > RecentWork.WINDOW) {
      accounts.values().removeIf(each -> each.isForgotten(now));
      sweptAt = now;
    }
    if (accounts.size() < MOST_ACCOUNTS) {
      accounts.computeIfAbsent(who, key -> new RecentWork());
    }
    account(who).asked(slack, tokens, more, now);
  }

  private RecentWork account(K who) {
    return accounts.getOrDefault(who, rest);
  }

  /** Somebody gets so many tokens. */
  void admitted(K who, long slack, long tokens, long now) {
    account(who).admitted(slack, tokens, now);
    everybody.admitted(slack, tokens, now);
  }

  /**
   * Whether somebody has had more than a fair share of what was admitted, by more than the request
   * at hand. While little waits, somebody may have a multiple of a share.
   *
   * @param slack the time from arrival to deadline, in nanoseconds
   * @param tokens of the request at hand
   * @param load how much of the time until the deadline is taken, between 0 and 1
   */
  boolean isExceeded(K who, long slack, long tokens, double load, long now) {
    long sharing = sharing(slack, now);
    double mine = account(who).admittedLike(slack, now) - tokens;
    return sharing > 1 && mine * sharing * load > everybody.admittedLike(slack, now);
  }

  /**
   * The work that somebody who asks for more than can be done leaves room for: the largest of the
   * last requests of those who ask for less than a share of it. They may ask so rarely that they do
   * not share just now, and for so much at a time that they would be late behind others.
   *
   * @param slack the time from arrival to deadline, in nanoseconds
   * @param possible tokens that can be done in {@link RecentWork#WINDOW}
   * @return tokens
   */
  long owed(K who, long slack, double possible, long now) {
    if (account(who).askedLike(slack, now) <= possible) {
      return 0;
    }
    double share = possible / accounts.size();
    return accounts.values().stream()
        .filter(each -> each.askedLike(slack, now) < share)
        .mapToLong(each -> each.expected(slack, now))
        .max()
        .orElse(0);
  }

  /** Tokens of somebody's last request, which may come again; 0: there is none. */
  long expected(K who, long slack, long now) {
    RecentWork mine = accounts.get(who);
    return mine == null ? 0 : mine.expected(slack, now);
  }

  private long sharing(long slack, long now) {
    long kept = accounts.values().stream().filter(each -> each.competesWith(slack, now)).count();
    return rest.competesWith(slack, now) ? kept + 1 : kept;
  }
}
