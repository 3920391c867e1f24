package dev.sluice.serving.door;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whose calls are in work. All tenants that asked within the last second have an equal share of the
 * limit. Nobody is refused below it, also when others have filled the limit: so a tenant that
 * floods fills what the others leave, and not their share. Nor is a tenant refused that was let in
 * seldom, and whose few calls happen to come together. Not thread-safe.
 */
final class TenantSlots {

  /** Tenants kept apart; all others share one account. */
  private static final int MOST_TENANTS = 1000;

  private static final long LATELY = TimeUnit.SECONDS.toNanos(1);

  /** Part of its share of the calls let in, below which a tenant's calls may come together. */
  private static final double SELDOM = 0.8;

  private final Map<String, Account> accounts = new HashMap<>();
  private final Account rest = new Account();
  private final LateCalls entered = new LateCalls();
  private long sweptAt;

  TenantSlots(long now) {
    sweptAt = now;
  }

  /** The calls of one tenant. */
  static final class Account {
    private final LateCalls entered = new LateCalls();
    private int inside;
    private long askedAt;

    void left() {
      inside--;
    }

    private boolean isForgotten(long now) {
      return inside == 0 && now - askedAt > LATELY;
    }
  }

  /** About how many calls there were within the last second: older ones count less and less. */
  private static final class LateCalls {
    private double count;
    private long countedAt;

    double count(long now) {
      count = count == 0 ? 0 : count * Math.exp((double) (countedAt - now) / LATELY);
      countedAt = now;
      return count;
    }

    void add(long now) {
      count = count(now) + 1;
    }
  }

  /** A call of the tenant is let in. */
  void entered(Account account, long now) {
    account.inside++;
    account.entered.add(now);
    entered.add(now);
  }

  /** A tenant asks. */
  Account asked(String tenant, long now) {
    if (now - sweptAt > LATELY / 10) {
      accounts.values().removeIf(each -> each.isForgotten(now));
      sweptAt = now;
    }
    Account account = accounts.get(tenant);
    if (account == null) {
      account = accounts.size() < MOST_TENANTS ? new Account() : rest;
      if (account != rest) {
        accounts.put(tenant, account);
      }
    }
    account.askedAt = now;
    return account;
  }

  /** Whether a tenant beside others has less than its share of a limit. */
  boolean hasRoom(Account account, int limit, long now) {
    int sharing = accounts.size();
    return sharing > 1
        && account.inside < limit
        && (account.inside * (long) sharing < limit
            || account.entered.count(now) * sharing < SELDOM * entered.count(now));
  }
}
