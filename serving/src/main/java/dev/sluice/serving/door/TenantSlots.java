package dev.sluice.serving.door;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whose calls are in work. All tenants that asked within the last second have an equal share of the
 * limit. Nobody is refused below it, also when others have filled the limit: so a tenant that
 * floods fills what the others leave, and not their share. Not thread-safe.
 */
final class TenantSlots {

  /** Tenants kept apart; all others share one account. */
  private static final int MOST_TENANTS = 1000;

  private static final long LATELY = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, Account> accounts = new HashMap<>();
  private final Account rest = new Account();
  private long sweptAt;

  /** The calls of one tenant. */
  static final class Account {
    private int inside;
    private long askedAt;

    void entered() {
      inside++;
    }

    void left() {
      inside--;
    }

    private boolean isForgotten(long now) {
      return inside == 0 && now - askedAt > LATELY;
    }
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
  boolean hasRoom(Account account, int limit) {
    int sharing = accounts.size();
    return sharing > 1 && (long) account.inside * sharing < limit;
  }
}
