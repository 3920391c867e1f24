package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Arrival;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the requests of a trace at their times, whether earlier ones were answered or not, and
 * waits for the last answer.
 */
final class LoadRun {

  private static final long LEAD_NANOS = 20_000_000;
  private static final long LONGEST_ANSWER_SECONDS = 30;

  private LoadRun() {}

  /**
   * @param tally told what becomes of every request
   * @param untilFailed whether to stop as soon as some kind has missed too many
   */
  static void run(Side side, List<Arrival> trace, Tally tally, boolean untilFailed) {
    Semaphore ended = new Semaphore(0);
    long start = System.nanoTime() + LEAD_NANOS;
    int sent = 0;
    for (Arrival arrival : trace) {
      if (untilFailed && tally.failed()) {
        break;
      }
      awaitTime(start + arrival.at());
      sent++;
      side.send(
          arrival,
          start + arrival.deadline(),
          ending -> {
            tally.ended(arrival, ending, System.nanoTime() - start);
            ended.release();
          });
    }
    awaitAll(ended, sent);
  }

  private static void awaitTime(long at) {
    for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void awaitAll(Semaphore ended, int sent) {
    try {
      if (!ended.tryAcquire(sent, LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            sent - ended.availablePermits() + " requests were never answered");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
