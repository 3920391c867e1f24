package dev.sluice.serving.batching;

/**
 * What keeps bulk work from starving behind interactive work, which goes before it: of the time
 * that both wait for, bulk work is owed a tenth. It gets a turn when as much is owed as its next
 * item takes; a batch that takes more is paid off before the next turn. Nothing is owed once one
 * class ran while nothing of the other waited. All times are predicted nanoseconds.
 */
final class BulkShare {

  /** Nanoseconds of bulk work for one of interactive work. */
  private static final double SHARE = 0.1 / 0.9;

  private double owed;

  /** Whether as many nanoseconds are owed. */
  boolean pays(long nanos) {
    return owed >= nanos;
  }

  /**
   * A batch was formed.
   *
   * @param bulk whether a bulk item leads it
   * @param contended whether work of the other class waits
   */
  void ran(boolean bulk, boolean contended, long nanos) {
    if (!contended) {
      owed = 0;
    } else if (bulk) {
      owed = Math.max(owed - nanos, -nanos);
    } else {
      owed += SHARE * nanos;
    }
  }
}
