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

  /** Good answers a second. */
  public double goodput() {
    return good / seconds;
  }
}
