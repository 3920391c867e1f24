package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How many documents, or other things of one kind, a tenant keeps: those that the store was found
 * to have, with what was stored and deleted since, and those on their way. Never too few of what
 * this gateway stores; what others do at the same store is seen when it is counted again. Safe for
 * any number of threads.
 */
final class TenantCount {

  /** Since when others may have changed what was counted. */
  static final long OLD_NANOS = 15_000_000_000L;

  /** Nobody is refused by a count that is older than this. */
  static final long SURE_NANOS = 1_000_000_000L;

  private final LongSupplier stored;
  private final LongSupplier clock;
  private final ReentrantLock counting = new ReentrantLock();
  private long known;
  private long onTheirWay;
  private boolean sure;
  private long countedAt;

  /**
   * @param stored counts what the store has; may take long, and fail
   * @param clock in nanoseconds
   */
  TenantCount(LongSupplier stored, LongSupplier clock) {
    this.stored = stored;
    this.clock = clock;
  }

  /** Makes room for so many, unless there would be more than may be. */
  boolean reserve(long wanted, long most) {
    if (isOlderThan(OLD_NANOS) && (counting.tryLock() || lockUnlessCounted())) {
      countIfOlderThan(OLD_NANOS);
    }
    if (take(wanted, most)) {
      return true;
    }
    counting.lock();
    countIfOlderThan(SURE_NANOS);
    return take(wanted, most);
  }

  /** With those on their way. Counted anew unless that was within a second. */
  long sure() {
    counting.lock();
    countIfOlderThan(SURE_NANOS);
    return total();
  }

  /** Whoever has no number at all waits for the one that somebody else is finding out. */
  private boolean lockUnlessCounted() {
    boolean unknown = isOlderThan(Long.MAX_VALUE);
    if (unknown) {
      counting.lock();
    }
    return unknown;
  }

  private synchronized boolean isOlderThan(long nanos) {
    return !sure || clock.getAsLong() - countedAt >= nanos;
  }

  private synchronized boolean take(long wanted, long most) {
    if (known + onTheirWay + wanted > most) {
      return false;
    }
    onTheirWay += wanted;
    return true;
  }

  /** What room was made for has ended: so many are stored now that were not. */
  synchronized void settle(long reserved, long created) {
    onTheirWay -= reserved;
    known += created;
  }

  /** So many are gone. While it is counted they may be in the number already: then next time. */
  synchronized void deleted(long gone) {
    if (!counting.isLocked()) {
      known -= gone;
    }
  }

  /** It must be counted again before the next one. */
  synchronized void forget() {
    sure = false;
  }

  /** Under the lock, which it gives back. What comes meanwhile may count twice. */
  private void countIfOlderThan(long nanos) {
    try {
      if (!isOlderThan(nanos)) {
        return;
      }
      long before = begin();
      counted(stored.getAsLong(), before);
    } catch (Failure failure) {
      if (isOlderThan(Long.MAX_VALUE)) {
        throw failure;
      }
    } finally {
      counting.unlock();
    }
  }

  private synchronized long begin() {
    return known;
  }

  private synchronized void counted(long found, long before) {
    known = found + (known - before);
    sure = true;
    countedAt = clock.getAsLong();
  }

  synchronized long total() {
    return known + onTheirWay;
  }

  synchronized long onTheirWay() {
    return onTheirWay;
  }
}
