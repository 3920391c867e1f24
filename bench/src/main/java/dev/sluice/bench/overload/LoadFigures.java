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
 * @param recoverySeconds after the last call was sent, until a call was answered as usual; -1: not
 *     looked for, or not within the time to look
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

  /** Good answers a second. */
  public double goodput() {
    return good / seconds;
  }
}
