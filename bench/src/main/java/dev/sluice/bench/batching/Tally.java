package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Arrival;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the requests of a run, by kind. Met are those answered by their deadline. Requests
 * from before {@code from} are not counted. Thread-safe.
 */
final class Tally {

  /** The part that must be met for a load to be carried. */
  private static final double TARGET = 0.99;

  private final long from;
  private final Map<String, Integer> expected = new TreeMap<>();
  private final Map<String, Integer> missed = new HashMap<>();
  private final Map<String, List<Long>> latencies = new HashMap<>();
  private int refused;

  Tally(List<Arrival> trace, long from) {
    this.from = from;
    trace.stream()
        .filter(arrival -> arrival.at() >= from)
        .forEach(arrival -> expected.merge(arrival.kind(), 1, Integer::sum));
  }

  /**
   * A request ended at {@code at}, on the clock of its arrival. Without an answer it counts as one
   * that came at its deadline.
   */
  synchronized void ended(Arrival arrival, Ending ending, long at) {
    if (arrival.at() < from) {
      return;
    }
    boolean met = ending == Ending.ANSWERED && at <= arrival.deadline();
    missed.merge(arrival.kind(), met ? 0 : 1, Integer::sum);
    refused += ending == Ending.REFUSED ? 1 : 0;
    long end = met ? at : Math.max(at, arrival.deadline());
    latencies.computeIfAbsent(arrival.kind(), kind -> new ArrayList<>()).add(end - arrival.at());
  }

  /** Whether some kind has missed too many already, whatever follows. */
  synchronized boolean failed() {
    return expected.entrySet().stream()
        .anyMatch(
            kind -> missed.getOrDefault(kind.getKey(), 0) > (1 - TARGET) * kind.getValue() + 1e-9);
  }

  /** The part of a kind that was met; 1 where there was nothing. */
  synchronized double attainment(String kind) {
    int count = expected.getOrDefault(kind, 0);
    return count == 0 ? 1 : 1 - (double) missed.getOrDefault(kind, 0) / count;
  }

  /** Requests refused at once; part of the missed. */
  synchronized int refused() {
    return refused;
  }

  /** Nanoseconds that so large a part of a kind stayed below; 0 where there was nothing. */
  synchronized long latency(String kind, double part) {
    List<Long> sorted = new ArrayList<>(latencies.getOrDefault(kind, List.of()));
    Collections.sort(sorted);
    int index = (int) Math.ceil(part * sorted.size()) - 1;
    return sorted.isEmpty() ? 0 : sorted.get(Math.max(index, 0));
  }
}
