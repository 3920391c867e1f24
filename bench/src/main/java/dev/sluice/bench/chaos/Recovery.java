package dev.sluice.bench.chaos;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** When a cluster was itself again: from when on all calls of three seconds were whole. */
final class Recovery {

  /** Nanoseconds. */
  static final long WINDOW = TimeUnit.SECONDS.toNanos(3);

  private Recovery() {}

  /**
   * @param calls that ended
   * @param from when the fault ended
   * @param known all calls that began before have ended
   */
  static Optional<Duration> after(List<Call> calls, long from, long known) {
    List<Call> bad =
        calls.stream()
            .filter(call -> call.begun() - from >= 0 && !call.whole())
            .sorted(Comparator.comparingLong((Call call) -> call.begun() - from))
            .toList();
    long start = from;
    for (Call call : bad) {
      if (call.begun() - start >= WINDOW) {
        break;
      }
      start = call.begun() + 1;
    }
    return known - start >= WINDOW ? Optional.of(Duration.ofNanos(start - from)) : Optional.empty();
  }
}
