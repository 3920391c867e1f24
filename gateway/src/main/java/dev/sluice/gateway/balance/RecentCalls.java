package dev.sluice.gateway.balance;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The last {@value #MOST} calls of one replica in the last half minute: how they ended, and how
 * many times as long they took as calls of their kind usually do, so that a replica which happens
 * to get the long ones does not look slow.
 */
final class RecentCalls {

  private static final int MOST = 32;
  private static final long LONGEST_AGE = 30_000_000_000L;

  /** Failures are told from fewer calls: a broken replica should do little harm. */
  private static final int LAST = 8;

  private static final int LEAST_FAILURES = 5;
  private static final int LEAST_LATENCIES = 10;

  private final Deque<Timed> latencies = new ArrayDeque<>();
  private final Deque<Result> results = new ArrayDeque<>();

  private record Timed(double stretch, long at) {}

  private record Result(boolean failed, long at) {}

  /**
   * @param stretch the call's time over the usual one
   */
  void took(double stretch, long now) {
    latencies.add(new Timed(stretch, now));
    if (latencies.size() > MOST) {
      latencies.remove();
    }
  }

  void ended(boolean failed, long now) {
    results.add(new Result(failed, now));
    if (results.size() > LAST) {
      results.remove();
    }
  }

  /** Whether too little is known of how long it takes. */
  boolean isUntimed(long now) {
    forget(now);
    return latencies.size() < LEAST_LATENCIES;
  }

  /** The median over the usual time; 1 where nothing is known. */
  double stretch(long now) {
    forget(now);
    double[] sorted = latencies.stream().mapToDouble(Timed::stretch).sorted().toArray();
    return sorted.length == 0 ? 1 : sorted[sorted.length / 2];
  }

  /** Whether most of the last calls failed, and at least {@value #LEAST_FAILURES}. */
  boolean mostlyFail(long now) {
    forget(now);
    return results.stream().filter(Result::failed).count() >= LEAST_FAILURES;
  }

  private void forget(long now) {
    latencies.removeIf(each -> now - each.at() > LONGEST_AGE);
    results.removeIf(each -> now - each.at() > LONGEST_AGE);
  }

  void clear() {
    latencies.clear();
    results.clear();
  }
}
