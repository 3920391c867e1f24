package dev.sluice.gateway.balance;

import dev.sluice.gateway.deadline.LatencyHistory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** How long calls of each kind take lately, on all replicas together. */
final class UsualLatencies {

  private static final double MEDIAN = 0.5;

  /** What was learned while a process was cold should not count for long. */
  private static final Duration HALF_LIFE = Duration.ofSeconds(15);

  private final Map<CallKind, LatencyHistory> kinds = new HashMap<>();

  void observe(CallKind kind, long nanos, long now) {
    kinds.computeIfAbsent(kind, first -> new LatencyHistory(HALF_LIFE)).observe(nanos, now);
  }

  /** Nanoseconds; empty while too little is known. */
  OptionalLong median(CallKind kind, long now) {
    return quantile(kind, MEDIAN, now);
  }

  /**
   * What a part of the calls stay below; of a kind that is not known, that of the method's slowest
   * kind.
   */
  OptionalLong most(CallKind kind, double part, long now) {
    OptionalLong most = quantile(kind, part, now);
    return most.isPresent() ? most : mostOf(kind.method(), part, now);
  }

  private OptionalLong mostOf(String method, double part, long now) {
    return kinds.keySet().stream()
        .filter(kind -> kind.method().equals(method))
        .map(kind -> quantile(kind, part, now))
        .flatMapToLong(OptionalLong::stream)
        .max();
  }

  private OptionalLong quantile(CallKind kind, double part, long now) {
    LatencyHistory history = kinds.get(kind);
    return history == null ? OptionalLong.empty() : history.quantile(part, now);
  }
}
