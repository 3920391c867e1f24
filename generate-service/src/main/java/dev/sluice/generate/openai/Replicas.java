package dev.sluice.generate.openai;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of several equal servers a stream goes to: the one with the fewest streams, of these the
 * one chosen the longest ago. One that fails is left out for a while that doubles with each failure
 * in a row, then tried with one stream; while all are left out, the next to come back is tried.
 * Told the time, in nanoseconds. Thread-safe.
 */
final class Replicas {

  static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
  static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private static final Comparator<Replica> FEWEST_STREAMS =
      Comparator.<Replica>comparingInt(replica -> replica.streams)
          .thenComparingLong(replica -> replica.chosen);

  private final List<Replica> replicas;
  private long choices;

  Replicas(int count) {
    replicas = IntStream.range(0, count).mapToObj(Replica::new).toList();
  }

  /** Chooses a replica, counted from 0, which is to be released. */
  synchronized int acquire(long now) {
    Replica chosen =
        replicas.stream()
            .filter(replica -> replica.isOpen(now))
            .min(FEWEST_STREAMS)
            .orElseGet(() -> soonest(now));
    chosen.streams++;
    chosen.chosen = ++choices;
    chosen.onTrial = chosen.failures > 0;
    return chosen.index;
  }

  private Replica soonest(long now) {
    return replicas.stream()
        .min(Comparator.comparingLong(replica -> replica.closedUntil - now))
        .orElseThrow();
  }

  /** A stream that it was chosen for has ended. */
  synchronized void release(int replica) {
    Replica released = replicas.get(replica);
    released.streams--;
    released.onTrial = false;
  }

  /** It answered, whatever it said. */
  synchronized void answered(int replica) {
    replicas.get(replica).failures = 0;
  }

  /** It could not be reached, or says that it cannot serve. */
  synchronized void failed(int replica, long now) {
    Replica failed = replicas.get(replica);
    long backOff = FIRST_BACK_OFF.toNanos() << Math.min(failed.failures, 10);
    failed.failures++;
    failed.closedUntil = now + Math.min(backOff, LONGEST_BACK_OFF.toNanos());
  }

  private static final class Replica {
    final int index;
    int streams;
    long chosen;
    int failures;
    long closedUntil;
    boolean onTrial;

    Replica(int index) {
      this.index = index;
    }

    boolean isOpen(long now) {
      return failures == 0 || (now - closedUntil >= 0 && !onTrial);
    }
  }
}
