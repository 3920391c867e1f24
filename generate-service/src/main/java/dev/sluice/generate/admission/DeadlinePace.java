package dev.sluice.generate.admission;

import dev.sluice.type.v1.Priority;
import java.util.EnumMap;
import java.util.Map;

/**
 * How slowly a stream may write and still keep its deadline: three quarters of the time that its
 * deadline leaves, over the tokens that it will hardly exceed. A decaying mean (weight 1/64) for
 * each priority; the most urgent priority that asked within the last minute counts.
 */
final class DeadlinePace {

  private static final double PART = 0.75;
  private static final double WEIGHT = 1.0 / 64;
  private static final long LATELY = 60_000_000_000L;

  /** Tokens a nanosecond that one priority asks for. */
  private record Speed(double value, long seen) {

    Speed with(double sample, long now) {
      return new Speed(value + WEIGHT * (sample - value), now);
    }

    boolean isLate(long now) {
      return now - seen > LATELY;
    }
  }

  private final Map<Priority, Speed> speeds = new EnumMap<>(Priority.class);

  /** A stream asks to write so many tokens within so many nanoseconds. */
  void observe(Priority priority, int tokens, long nanos, long now) {
    double sample = (double) tokens / nanos;
    Speed before = speeds.get(priority);
    speeds.put(
        priority,
        before == null || before.isLate(now) ? new Speed(sample, now) : before.with(sample, now));
  }

  /** The longest time between two tokens, in nanoseconds. */
  double longestGap(long now) {
    double fastest =
        speeds.values().stream()
            .filter(speed -> !speed.isLate(now))
            .mapToDouble(Speed::value)
            .max()
            .orElse(0);
    return PART / fastest;
  }
}
