package dev.sluice.bench.chaos;

import java.util.Set;

/**
 * A call that ended.
 *
 * @param begun as {@code System.nanoTime}
 * @param nanos until it ended
 * @param code its status code, and the reason that came with it, as "RESOURCE_EXHAUSTED
 *     STORAGE_FULL"; "OK" when it succeeded
 * @param effects of its degradations
 * @param wrong what is wrong with what it gave; empty when nothing is
 */
record Call(Kind kind, long begun, long nanos, String code, Set<String> effects, String wrong) {

  static final String OK = "OK";

  /** Says that the gateway planned with less time; no stage was left out. */
  static final String FEWER = "FEWER_CANDIDATES";

  /** When it ended, as {@code System.nanoTime}. */
  long ended() {
    return begun + nanos;
  }

  boolean failed() {
    return !code.equals(OK);
  }

  boolean degraded() {
    return effects.stream().anyMatch(effect -> !effect.equals(FEWER));
  }

  /** Succeeded with all that was asked for. */
  boolean whole() {
    return !failed() && !degraded() && wrong.isEmpty();
  }

  /** Nanoseconds that it went on after its deadline. */
  long late() {
    return nanos - kind.deadline();
  }
}
