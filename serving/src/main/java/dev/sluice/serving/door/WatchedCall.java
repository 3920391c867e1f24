package dev.sluice.serving.door;

import java.util.concurrent.TimeUnit;

/**
 * A call that is in, and what is known of it. A call is good that takes half of its time at most.
 * It has waited for its turn that did so for a quarter of a good call's time. Not thread-safe.
 */
final class WatchedCall {

  /** Deadlines shorter than this are their callers' own trouble, and tell nothing of the load. */
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(250);

  /** A longer one is no licence to have all others wait. */
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

  private static final double GOOD = 0.5;
  private static final double WAITED = 0.25;

  private static final long DECIDED = -1;

  private final long time;
  private final long enteredAt;
  private long queued;
  private boolean isRefusedBehind;
  private boolean isShortened;
  private boolean isOverdue;
  private long undecidedIn = DECIDED;

  /**
   * @param time nanoseconds that its caller has
   */
  WatchedCall(long time, long enteredAt) {
    this.time = time;
    this.enteredAt = enteredAt;
  }

  long enteredAt() {
    return enteredAt;
  }

  /** Nanoseconds that it should take at most. */
  long good() {
    return (long) (GOOD * Math.clamp(time, SHORTEST, LONGEST));
  }

  /** When it becomes slow, if it has not ended. */
  long dueAt() {
    return enteredAt + good();
  }

  void queued(long nanos) {
    queued += nanos;
  }

  /** A service behind had too much work for a part of it: as good as having waited for long. */
  void refusedBehind() {
    isRefusedBehind = true;
  }

  /** A part of it was left out for want of time: as slow as if it had been done. */
  void shortened() {
    isShortened = true;
  }

  boolean hasWaited() {
    return queued > WAITED * good() || isOverload();
  }

  /** It has become slow, and is counted as such, whatever it ends with. */
  void overdue() {
    isOverdue = true;
  }

  boolean isOverdue() {
    return isOverdue;
  }

  /** It is not known whether it waited, and somebody counts on it in a window of theirs. */
  void undecidedIn(long window) {
    undecidedIn = window;
  }

  boolean isUndecidedIn(long window) {
    return undecidedIn == window;
  }

  void decided() {
    undecidedIn = DECIDED;
  }

  /** Whether its caller has a whole answer in time by its end now. */
  boolean isInTime(long now) {
    return now - enteredAt < time && !isRefusedBehind && !isShortened;
  }

  /** Whether it is slow if it ends now, with a whole answer or a part of one. */
  boolean isSlow(long now) {
    return isOverload() || (isShortened && time >= SHORTEST) || dueAt() - now < 0;
  }

  private boolean isOverload() {
    return isRefusedBehind && time >= SHORTEST;
  }
}
