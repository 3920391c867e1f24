package dev.sluice.serving.batching;

import java.util.HashMap;
import java.util.Map;

/**
 * Who waits with how much, and who has more than a fair share. Everybody seen in the last second
 * counts, with an equal share of the work that can be done before a deadline; those whose own
 * deadlines are far later do not count, since they can wait.
 *
 * @param <K> who: a tenant, or a class
 */
final class FairShare<K> {

  private static final long SEEN = 1_000_000_000L;

  /** Deadlines more than this many times as long do not compete. */
  private static final long FAR = 2;

  private final Map<K, Account> accounts = new HashMap<>();
  private long sweptAt;

  /** One of those who share. */
  private static final class Account {
    private final DeadlineLedger waiting = new DeadlineLedger();
    private long seenAt;
    private long slack;
  }

  /** Somebody asks, with so long to the deadline. */
  void seen(K who, long slack, long now) {
    if (now - sweptAt > SEEN) {
      accounts.values().removeIf(each -> isGone(each, now));
      sweptAt = now;
    }
    Account account = accounts.computeIfAbsent(who, key -> new Account());
    account.seenAt = now;
    account.slack = slack;
  }

  private static boolean isGone(Account account, long now) {
    return account.waiting.total() == 0 && now - account.seenAt > SEEN;
  }

  /**
   * Whether somebody would wait with more than a fair share.
   *
   * @param possible tokens that can be done before the deadline
   */
  boolean isExceeded(K who, long deadline, long slack, long tokens, double possible, long now) {
    long sharing =
        accounts.values().stream()
            .filter(account -> now - account.seenAt <= SEEN && account.slack / FAR <= slack)
            .count();
    Account account = accounts.get(who);
    long waiting = account == null ? 0 : account.waiting.dueBy(deadline);
    return waiting + tokens > possible / Math.max(sharing, 1);
  }

  /** Adds to what somebody waits with, or takes away when the tokens are negative. */
  void add(K who, long deadline, long tokens) {
    accounts.computeIfAbsent(who, key -> new Account()).waiting.add(deadline, tokens);
  }
}
