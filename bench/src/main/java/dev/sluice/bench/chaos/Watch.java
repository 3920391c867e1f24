package dev.sluice.bench.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Keeps every call and how it ended. For several threads. */
final class Watch {

  private static final long POLL_MILLIS = 100;

  private final Queue<Call> ended = new ConcurrentLinkedQueue<>();
  private final Set<Long> open = ConcurrentHashMap.newKeySet();

  /** A call begins; times of different calls differ. */
  void begins(long begun) {
    open.add(begun);
  }

  void ends(Call call) {
    ended.add(call);
    open.remove(call.begun());
  }

  /** Those that began between two times. */
  List<Call> calls(long from, long to) {
    return ended.stream()
        .filter(call -> call.begun() - from >= 0 && call.begun() - to < 0)
        .toList();
  }

  /**
   * Waits until all calls of some seconds were whole.
   *
   * @param from not those before
   * @return how long after {@code from} they began; nothing when the patience was over first
   */
  Optional<Duration> awaitWhole(long from, Duration patience) throws InterruptedException {
    long end = from + patience.toNanos() + Recovery.WINDOW;
    while (true) {
      long now = System.nanoTime();
      long known = open.stream().mapToLong(Long::longValue).reduce(now, Watch::earlier);
      Optional<Duration> recovered = Recovery.after(calls(from, now), from, known);
      if (recovered.isPresent() || now - end > 0) {
        return recovered.filter(took -> took.compareTo(patience) <= 0);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }

  /** Waits until no call is under way. */
  boolean awaitQuiet(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!open.isEmpty() && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return open.isEmpty();
  }
}
