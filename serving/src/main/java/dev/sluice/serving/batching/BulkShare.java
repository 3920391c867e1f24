package dev.sluice.serving.batching;

/**
 * What keeps bulk work from starving behind interactive work, which is due sooner: of the time that
 * both wait for, bulk work is owed a tenth. It gets a turn when as much is owed as its next item
 * takes; a batch that takes more is paid off before the next turn. Nothing is owed once one class
 * ran while nothing of the other waited. All times are predicted nanoseconds.
 */
final class BulkShare {

  /** Nanoseconds of bulk work for one of interactive work. */
  private static final double SHARE = 0.1 / 0.9;

  private double owed;

  /** Whether as many nanoseconds are owed. */
  boolean pays(double nanos) {
    return owed >= nanos;
  }

  /** A batch was formed, of so many nanoseconds of each class, while more of the other waits. */
  void ran(double interactive, double bulk) {
    owed = Math.max(owed - bulk, Math.min(owed, -bulk)) + SHARE * interactive;
  }

  /** One class has the machine for itself. */
  void settle() {
    owed = 0;
  }
}
