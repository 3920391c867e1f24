package dev.sluice.serving.door;

import java.util.concurrent.TimeUnit;

/**
 * How many calls are worked on at once: additive increase while callers are refused and nobody is
 * slow, multiplicative decrease when calls are (Chiu and Jain, 1989; limits of concurrency instead
 * of a window as in Netflix's concurrency-limits), but only where they also waited for their turn:
 * slowness alone may be a server that hangs, and is no proof of load. It falls to as many calls as
 * were served lately in the time of a good one, which is Little's law, and however often it falls
 * never far below that: so few calls leave a server idle. It falls lowest only where it refuses
 * somebody. Where nobody is refused the limit goes back to where it started, so that a burst after
 * a calm is taken in. It is judged anew when it is known of about half as many calls as it lets in
 * whether they are slow, or earlier where it is clear, and by those alone that came after it last
 * fell: the others say nothing about it. Pure; times are {@code System.nanoTime}. Not thread-safe.
 */
final class CallLimit {

  /** Calls by which a limit is judged, at least. */
  private static final int FEWEST = 8;

  /** Part of the calls that may be slow, and part of them that may have waited. */
  private static final double TOLERATED = 0.1;

  private static final long LONGEST_WINDOW = TimeUnit.SECONDS.toNanos(10);

  private static final double DECREASE = 0.8;
  private static final double STEEPEST_DECREASE = 0.25;
  private static final double INCREASE = 0.05;

  private final int start;
  private final LeastCalls least;
  private final int most;
  private double limit;
  private long fellAt;
  private long judgedAt;
  private long window;
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
  CallLimit(int start, LeastCalls least, int most, long now) {
    this.least = least.atMost(most);
    this.most = most;
    this.start = Math.clamp(start, this.least.calm(), most);
    this.limit = this.start;
    this.fellAt = now;
    this.judgedAt = now;
  }

  int value() {
    return (int) limit;
  }

  int start() {
    return start;
  }

  int inside() {
    return inside;
  }

  /** A call was let in. */
  void entered() {
    inside++;
    highest = Math.max(highest, inside);
  }

  /** A call was refused for the sake of the limit. */
  void refused() {
    reached = true;
  }

  /** What is too long ago says nothing of now; and where nobody was refused since, all is calm. */
  void age(long now) {
    if (now - judgedAt > LONGEST_WINDOW) {
      limit = reached ? limit : Math.max(limit, start);
      begin(now);
    }
  }

  /** A call takes longer than is good. Whether it waited may come to be known later. */
  void overdue(WatchedCall call, long now) {
    call.overdue();
    if (isOld(call)) {
      return;
    }
    slow++;
    if (!call.hasWaited()) {
      undecided++;
      call.undecidedIn(window);
    }
    known(call, now);
  }

  /** It comes to be known of a call that it waited. */
  void waited(WatchedCall call, long now) {
    if (call.isUndecidedIn(window)) {
      decide(call);
      waited++;
      judgeInTime(now);
    }
  }

  /**
   * A call has ended. One that was not answered says nothing unless it is slow, or waited: a call
   * that is refused for its contents or its caller's quota is quick under any load.
   */
  void ended(WatchedCall call, boolean answered, long now) {
    inside--;
    served += answered && call.isInTime(now) ? 1 : 0;
    if (!call.isOverdue()) {
      endedInTime(call, answered, now);
    } else if (answered && call.isUndecidedIn(window)) {
      decide(call);
      judgeInTime(now);
    }
  }

  private void endedInTime(WatchedCall call, boolean answered, long now) {
    boolean inVain = !answered && call.hasWaited();
    if (!isOld(call) && (answered || inVain)) {
      slow += inVain || call.isSlow(now) ? 1 : 0;
      known(call, now);
    }
  }

  private void decide(WatchedCall call) {
    call.decided();
    undecided--;
  }

  private void known(WatchedCall call, long now) {
    known++;
    waited += call.hasWaited() ? 1 : 0;
    good += call.good();
    judgeInTime(now);
  }

  private boolean isOld(WatchedCall call) {
    return call.enteredAt() - fellAt < 0;
  }

  private void judgeInTime(long now) {
    if ((known >= Math.max(FEWEST, limit / 2) && !isOpen()) || isClear()) {
      judge(now);
      begin(now);
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
    double step = Math.max(1, INCREASE * limit);
    if (isMany(slow) && isMany(waited)) {
      limit = Math.clamp(fallen(now), floor(), (double) most);
      fellAt = now;
    } else if (limit < start || (reached && !isMany(slow))) {
      limit = Math.min(limit + step, most);
    } else if (!reached) {
      limit = Math.max(limit - step, start);
    }
  }

  /** Where nobody is refused it stays higher: slow calls may have been held up together. */
  private double floor() {
    return reached ? least.refusing() : Math.min(limit, least.calm());
  }

  private double fallen(long now) {
    double reachable = Math.min(limit, highest);
    double servedInGoodTime = served * (good / known) / Math.max(1, now - judgedAt);
    double fallen =
        Math.clamp(servedInGoodTime, STEEPEST_DECREASE * reachable, DECREASE * reachable);
    return Math.max(fallen, Math.min(reachable, DECREASE * servedInGoodTime));
  }

  /** Begins to count anew. */
  private void begin(long now) {
    judgedAt = now;
    window++;
    known = 0;
    slow = 0;
    waited = 0;
    undecided = 0;
    served = 0;
    good = 0;
    highest = inside;
    reached = false;
  }
}
