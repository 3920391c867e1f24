package dev.sluice.serving.door;

/**
 * How many calls are worked on at once: additive increase while callers are refused and nobody is
 * slow, multiplicative decrease when calls are (Chiu and Jain, 1989; limits of concurrency instead
 * of a window as in Netflix's concurrency-limits), but only where they also waited for their turn:
 * slowness alone may be a server that hangs, and is no proof of load. It falls to as many calls as
 * were served lately in the time of a good one, which is Little's law. Where nobody is refused the
 * limit goes back to where it started, so that a burst after a calm is taken in. It is judged anew
 * when it is known of about half as many calls as it lets in whether they are slow, or earlier
 * where it is clear, and by those alone that came after it last changed: the others say nothing
 * about it. Pure; times are {@code System.nanoTime}. Not thread-safe.
 */
final class CallLimit {

  /** Calls by which a limit is judged, at least. */
  private static final int FEWEST = 8;

  /** Part of the calls that may be slow, and part of them that may have waited. */
  private static final double TOLERATED = 0.1;

  private static final double DECREASE = 0.8;
  private static final double STEEPEST_DECREASE = 0.25;
  private static final double INCREASE = 0.05;

  private final int start;
  private final int least;
  private final int most;
  private double limit;
  private long changedAt;
  private long judgedAt;
  private int known;
  private int slow;
  private int waited;
  private int undecided;
  private int served;
  private double good;
  private int inside;
  private int highest;
  private boolean reached;

  /**
   * @param start the limit while nothing is known
   * @param least it is never lower
   * @param most it is never higher
   */
  CallLimit(int start, int least, int most, long now) {
    this.least = Math.min(least, most);
    this.most = most;
    this.start = Math.clamp(start, this.least, most);
    this.limit = this.start;
    this.changedAt = now;
    this.judgedAt = now;
  }

  int value() {
    return (int) limit;
  }

  /** A call was let in, and is one of so many now. */
  void entered(int ofSoMany) {
    inside = ofSoMany;
    highest = Math.max(highest, inside);
  }

  /** A call was refused for the sake of the limit. */
  void refused() {
    reached = true;
  }

  /** A call takes longer than is good. Whether it waited may come to be known later. */
  void overdue(WatchedCall call, long now) {
    if (isOld(call)) {
      return;
    }
    slow++;
    undecided += call.hasWaited() ? 0 : 1;
    known(call, now);
  }

  /** It comes to be known of an overdue call that it waited. */
  void waited(WatchedCall call, long now) {
    if (!isOld(call) && undecided > 0) {
      undecided--;
      waited++;
      judgeInTime(now);
    }
  }

  /** A call has ended that was overdue. */
  void endedOverdue(WatchedCall call, long now) {
    served(call, now);
    if (!isOld(call) && !call.hasWaited() && undecided > 0) {
      undecided--;
      judgeInTime(now);
    }
  }

  /** A call has ended that was not overdue. */
  void ended(WatchedCall call, long now) {
    served(call, now);
    if (!isOld(call)) {
      slow += call.isSlow(now) ? 1 : 0;
      known(call, now);
    }
  }

  private void served(WatchedCall call, long now) {
    served += call.isServed(now) ? 1 : 0;
  }

  private void known(WatchedCall call, long now) {
    known++;
    waited += call.hasWaited() ? 1 : 0;
    good += call.good();
    judgeInTime(now);
  }

  private boolean isOld(WatchedCall call) {
    return call.enteredAt() - changedAt < 0;
  }

  private void judgeInTime(long now) {
    if ((known >= Math.max(FEWEST, limit / 2) && !isOpen()) || isClear()) {
      judge(now);
    }
  }

  /** Many were slow, and it is not known yet whether they waited. */
  private boolean isOpen() {
    return isMany(slow) && !isMany(waited) && isMany(waited + undecided);
  }

  private boolean isMany(int calls) {
    return calls > TOLERATED * known;
  }

  /** Most of the calls were slow and waited: more of them would say nothing else. */
  private boolean isClear() {
    return known >= FEWEST && Math.min(slow, waited) > known / 2;
  }

  private void judge(long now) {
    if (isMany(slow) && isMany(waited)) {
      double reachable = Math.min(limit, highest);
      double servedInGoodTime = served * (good / known) / Math.max(1, now - judgedAt);
      change(
          Math.clamp(servedInGoodTime, STEEPEST_DECREASE * reachable, DECREASE * reachable), now);
    } else if (reached || limit < start) {
      change(limit + Math.max(1, INCREASE * limit), now);
    }
    judgedAt = now;
    known = 0;
    slow = 0;
    waited = 0;
    served = 0;
    good = 0;
    highest = inside;
    reached = false;
  }

  private void change(double wanted, long now) {
    limit = Math.clamp(wanted, (double) least, (double) most);
    changedAt = now;
    undecided = 0;
  }
}
