package dev.sluice.gateway.door;

import dev.sluice.gateway.deadline.LatencyHistory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long calls take when nothing is in their way: the quickest in twenty of the last ten minutes
 * or so, by service. Not thread-safe; times are in nanoseconds.
 */
final class UsualTimes {

  private static final Duration HALF_LIFE = Duration.ofMinutes(10);
  private static final double QUICK = 0.05;

  private final Map<String, LatencyHistory> histories = new HashMap<>();

  void observe(String service, long nanos, long now) {
    histories.computeIfAbsent(service, each -> new LatencyHistory(HALF_LIFE)).observe(nanos, now);
  }

  /** 0 while too little is known. */
  long of(String service, long now) {
    LatencyHistory history = histories.get(service);
    return history == null ? 0 : history.quantile(QUICK, now).orElse(0);
  }
}
