package dev.sluice.bench.overload;

/**
 * What became of the calls of a load. Times in milliseconds.
 *
 * @param good answered whole, before the deadline
 * @param degraded answered in part
 * @param refused RESOURCE_EXHAUSTED
 * @param late answered or given up after the deadline
 * @param failed in another way
 * @param goodP50 of good calls, from the time at which they were to be sent
 * @param refusedP50 of refused ones, from the same
 * @param refusedSentP50 the same from when the generator sent them
 * @param latenessP50 of the generator itself: how long after their times it sent the calls
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
    double goodP50,
    double goodP99,
    double refusedP50,
    double refusedP99,
    double refusedSentP50,
    double refusedSentP99,
    double latenessP50,
    double latenessP99,
    double recoverySeconds,
    double processorSeconds) {

  /** Nobody asked when calls were answered as usual. */
  public static final double NOT_ASKED = -1;

  /** No call was answered as usual as long as somebody looked. */
  public static final double NEVER = -2;

  /** This load and the same once more as one. Quantiles and recovery are those of the worse. */
  public LoadFigures and(LoadFigures again) {
    return new LoadFigures(
        seconds + again.seconds,
        sent + again.sent,
        good + again.good,
        degraded + again.degraded,
        refused + again.refused,
        late + again.late,
        failed + again.failed,
        Math.max(goodP50, again.goodP50),
        Math.max(goodP99, again.goodP99),
        Math.max(refusedP50, again.refusedP50),
        Math.max(refusedP99, again.refusedP99),
        Math.max(refusedSentP50, again.refusedSentP50),
        Math.max(refusedSentP99, again.refusedSentP99),
        Math.max(latenessP50, again.latenessP50),
        Math.max(latenessP99, again.latenessP99),
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
