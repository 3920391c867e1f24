package dev.sluice.bench.overload;

import java.util.Map;

/**
 * What the process that makes load is to do.
 *
 * @param target {@code host:port}
 * @param headers metadata of each call
 * @param rate calls a second, at Poisson times; 0: a closed loop
 * @param callers of a closed loop, each waiting for its answer before it calls again
 * @param seconds for how long calls are sent
 * @param seed of times and queries
 * @param normalMillis what a call may take when all is well: afterwards calls are made one by one
 *     until they are answered so; 0: none are made
 */
public record LoadOrder(
    CallKind kind,
    String target,
    Map<String, String> headers,
    double rate,
    int callers,
    double seconds,
    long seed,
    double normalMillis) {

  /** Open-loop load. */
  public static LoadOrder open(CallKind kind, String target, double rate, double seconds) {
    return new LoadOrder(kind, target, Map.of(), rate, 0, seconds, 1, 0);
  }

  /** Callers who wait for their answers, one of them. */
  public static LoadOrder closed(CallKind kind, String target, double seconds) {
    return new LoadOrder(kind, target, Map.of(), 0, 1, seconds, 2, 0);
  }

  /** With so many callers. */
  LoadOrder by(int others) {
    return new LoadOrder(kind, target, headers, rate, others, seconds, seed, normalMillis);
  }

  public LoadOrder with(Map<String, String> others) {
    return new LoadOrder(kind, target, others, rate, callers, seconds, seed, normalMillis);
  }

  /** With other times and queries. */
  public LoadOrder seeded(long other) {
    return new LoadOrder(kind, target, headers, rate, callers, seconds, other, normalMillis);
  }

  /** And then sees how long it takes until all is well again. */
  public LoadOrder untilNormal(double millis) {
    return new LoadOrder(kind, target, headers, rate, callers, seconds, seed, millis);
  }
}
