package dev.sluice.bench.overload;

import io.grpc.Status;

/** Counts what becomes of calls. Thread-safe. */
final class LoadTally {

  private final Times good = new Times();
  private final Times refused = new Times();
  private final Times refusedSent = new Times();
  private final Times lateness = new Times();
  private int sent;
  private int whole;
  private int degraded;
  private int refusals;
  private int late;
  private int failed;

  synchronized void sent(long nanosLate) {
    sent++;
    lateness.add(nanosLate);
  }

  /**
   * A call has ended.
   *
   * @param fromDue nanoseconds since it was to be sent
   * @param fromSent nanoseconds since it was sent
   * @param inTime whether its deadline, counted from when it was to be sent, had not passed
   */
  synchronized void ended(
      Status status, int degradations, long fromDue, long fromSent, boolean inTime) {
    switch (status.getCode()) {
      case OK -> {
        if (!inTime) {
          late++;
        } else if (degradations > 0) {
          degraded++;
        } else {
          whole++;
          good.add(fromDue);
        }
      }
      case RESOURCE_EXHAUSTED -> {
        refusals++;
        refused.add(fromDue);
        refusedSent.add(fromSent);
      }
      case DEADLINE_EXCEEDED -> late++;
      default -> failed++;
    }
  }

  synchronized LoadFigures figures(double seconds, double recovery, double processorSeconds) {
    return new LoadFigures(
        seconds,
        sent,
        whole,
        degraded,
        refusals,
        late,
        failed,
        new Times(good.nanos()),
        new Times(refused.nanos()),
        new Times(refusedSent.nanos()),
        new Times(lateness.nanos()),
        recovery,
        processorSeconds);
  }
}
