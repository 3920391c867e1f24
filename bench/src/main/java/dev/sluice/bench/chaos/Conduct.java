package dev.sluice.bench.chaos;

/**
 * How a link behaves.
 *
 * @param latency nanoseconds that bytes travel, one way
 * @param jitter most nanoseconds that are added to them at random
 * @param bytesPerSecond the most that passes, each way of each connection
 * @param swallows whether what comes on new connections goes nowhere
 */
record Conduct(long latency, long jitter, long bytesPerSecond, boolean swallows) {

  static final Conduct GOOD = new Conduct(0, 0, Long.MAX_VALUE, false);
  static final Conduct BLACK_HOLE = new Conduct(0, 0, Long.MAX_VALUE, true);

  static Conduct slow(long latencyMillis, long jitterMillis) {
    return new Conduct(latencyMillis * 1_000_000, jitterMillis * 1_000_000, Long.MAX_VALUE, false);
  }

  /** Whether bytes come later than they would. */
  boolean delays() {
    return latency > 0 || jitter > 0 || bytesPerSecond < Long.MAX_VALUE;
  }

  static Conduct narrow(long bytesPerSecond) {
    return new Conduct(0, 0, bytesPerSecond, false);
  }
}
