package dev.sluice.serving.door;

/**
 * How many calls are worked on at once: additive increase while callers are refused and nobody is
 * slow, multiplicative decrease when calls are (Chiu and Jain, 1989; limits of concurrency instead
 * of a window as in Netflix's concurrency-limits), but only where they also waited for their turn:
 * slowness alone may be a server that hangs, and is no proof of load. A decrease is steeper the
 * slower they were, by Little's law. Where nobody is refused the limit goes back to where it
 * started, so that a burst after a calm is taken in. It is judged anew when about half as many
 * calls have ended as it lets in, or earlier where it is clear, and of those alone that came after
 * it last changed: the others say nothing about it. Pure; times are {@code System.nanoTime}. Not
 * thread-safe.
 */
final class CallLimit {

  /** Calls by which a limit is judged, at least. */
  private static final int FEWEST = 8;

  /** Part of the calls that may be slow, and part of them that may have waited. */
  private static final double TOLERATED = 0.1;

  /** A call has waited for its turn that did so for this part of the time of a good call. */
  private static final double WAITED = 0.25;

  private static final double DECREASE = 0.8;
  private static final double STEEPEST_DECREASE = 0.5;
  private static final double INCREASE = 0.05;

  private final int start;
  private final int least;
  private final int most;
  private double limit;
  private long changedAt;
  private int ended;
  private int slow;
  private int waited;
  private double overdue;
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
  }

  int value() {
    return (int) limit;
  }

  /** A call was let in, and is one of so many now. */
  void entered(int inside) {
    highest = Math.max(highest, inside);
  }

  /** A call was refused for the sake of the limit. */
  void refused() {
    reached = true;
  }

  /**
   * A call that came at {@code enteredAt} has ended.
   *
   * @param good nanoseconds that it should have taken at most
   * @param queued nanoseconds that it waited for its turn
   */
  void ended(long enteredAt, long good, long queued, long now) {
    if (enteredAt - changedAt < 0) {
      return;
    }
    long nanos = now - enteredAt;
    ended++;
    slow += nanos > good ? 1 : 0;
    waited += queued > WAITED * good ? 1 : 0;
    overdue += (double) nanos / good;
    if (ended >= Math.max(FEWEST, limit / 2) || isClear()) {
      judge(now);
    }
  }

  /** Most of the calls were slow and waited: more of them would say nothing else. */
  private boolean isClear() {
    return ended >= FEWEST && Math.min(slow, waited) > ended / 2;
  }

  private void judge(long now) {
    if (slow > TOLERATED * ended && waited > TOLERATED * ended) {
      double decrease = Math.clamp(ended / overdue, STEEPEST_DECREASE, DECREASE);
      change(decrease * Math.min(limit, highest), now);
    } else if (reached || limit < start) {
      change(limit + Math.max(1, INCREASE * limit), now);
    }
    ended = 0;
    slow = 0;
    waited = 0;
    overdue = 0;
    highest = 0;
    reached = false;
  }

  private void change(double wanted, long now) {
    limit = Math.clamp(wanted, (double) least, (double) most);
    changedAt = now;
  }
}
