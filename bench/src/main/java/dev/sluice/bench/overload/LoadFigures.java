package dev.sluice.bench.overload;

/**
 * What became of the calls of a load.
 *
 * @param good answered whole, before the deadline
 * @param degraded answered in part
 * @param refused RESOURCE_EXHAUSTED
 * @param late answered or given up after the deadline
 * @param failed in another way
 * @param goodTimes of good calls, from the time at which they were to be sent
 * @param refusedTimes of refused ones, from the same
 * @param refusedSentTimes the same from when the generator sent them
 * @param lateness of the generator itself: how long after their times it sent the calls
 * @param recoverySeconds after the last call was sent, until a call was answered as usual; or one
 *     of the two below
 * @param processorSeconds of the generator
 */
public record LoadFigures(
    double seconds,
    int sent,
    int good,
    int degraded,
    int refused,
    int late,
    int failed,
    Times goodTimes,
    Times refusedTimes,
    Times refusedSentTimes,
    Times lateness,
    double recoverySeconds,
    double processorSeconds) {

  /** Nobody asked when calls were answered as usual. */
  public static final double NOT_ASKED = -1;

  /** No call was answered as usual as long as somebody looked. */
  public static final double NEVER = -2;

  /** This load and the same once more as one, whose recovery is the longer one. */
  public LoadFigures and(LoadFigures again) {
    return new LoadFigures(
        seconds + again.seconds,
        sent + again.sent,
        good + again.good,
        degraded + again.degraded,
        refused + again.refused,
        late + again.late,
        failed + again.failed,
        goodTimes.and(again.goodTimes),
        refusedTimes.and(again.refusedTimes),
        refusedSentTimes.and(again.refusedSentTimes),
        lateness.and(again.lateness),
        worse(recoverySeconds, again.recoverySeconds),
        processorSeconds + again.processorSeconds);
  }

  private static double worse(double recovery, double other) {
    return recovery == NEVER || other == NEVER ? NEVER : Math.max(recovery, other);
  }

  /** Good answers a second. */
  public double goodput() {
    return good / seconds;
  }
}
