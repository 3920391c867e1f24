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

  private final Map<K, AdmittedWork> accounts = new HashMap<>();
  private long sweptAt;

  /** Somebody asks, with so long to the deadline. */
  void asked(K who, long slack, long now) {
    if (now - sweptAt > AdmittedWork.WINDOW) {
      accounts.values().removeIf(each -> each.isForgotten(now));
      sweptAt = now;
    }
    account(who).asked(slack, now);
  }

  private AdmittedWork account(K who) {
    return accounts.computeIfAbsent(who, key -> new AdmittedWork());
  }

  /** Somebody gets so many tokens. */
  void admitted(K who, long slack, long tokens, long now) {
    account(who).admitted(slack, tokens, now);
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
    int sharing = 0;
    double all = 0;
    for (AdmittedWork account : accounts.values()) {
      sharing += account.competesWith(slack, now) ? 1 : 0;
      all += account.like(slack, now);
    }
    return sharing > 1 && (account(who).like(slack, now) - tokens) * sharing * load > all;
  }
}
