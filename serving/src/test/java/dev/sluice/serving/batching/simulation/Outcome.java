package dev.sluice.serving.batching.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the requests of a run. A request is met when its answer came by its deadline;
 * refused, dropped and late ones are missed. Requests that arrive before {@code from} are not
 * counted: the policy learns from them.
 */
public class Outcome {

  /** Counts of one kind of requests. */
  public static final class Count {
    private int met;
    private int missed;
    private int refused;
    private long metTokens;

    public int met() {
      return met;
    }

    public int missed() {
      return missed;
    }

    /** Refused at arrival; part of the missed. */
    public int refused() {
      return refused;
    }

    /** Real tokens of the requests met. */
    public long metTokens() {
      return metTokens;
    }

    /** The part that was met; 1 where there was nothing. */
    public double attainment() {
      return met + missed == 0 ? 1 : (double) met / (met + missed);
    }
  }

  private final long from;
  private final Map<String, Count> kinds = new TreeMap<>();
  private final Map<String, Count> tenants = new TreeMap<>();
  private long realTokens;
  private long paddedTokens;
  private long busyNanos;
  private long batches;

  public Outcome(long from) {
    this.from = from;
  }

  /** Whether the rest of the run would change nothing that matters. */
  protected boolean isDecided() {
    return false;
  }

  void answered(Arrival arrival, long at) {
    count(arrival, at <= arrival.deadline(), false);
  }

  void refused(Arrival arrival) {
    count(arrival, false, true);
  }

  void dropped(Arrival arrival) {
    count(arrival, false, false);
  }

  private void count(Arrival arrival, boolean met, boolean refused) {
    if (arrival.at() < from) {
      return;
    }
    for (Count count : List.of(kind(arrival.kind()), tenant(arrival.tenant()))) {
      count.met += met ? 1 : 0;
      count.missed += met ? 0 : 1;
      count.refused += refused ? 1 : 0;
      count.metTokens += met ? arrival.tokens() : 0;
    }
  }

  void ran(List<Item> items, int longest, long sum, long nanos) {
    realTokens += sum;
    paddedTokens += items.size() * ((longest + 7L) / 8 * 8);
    busyNanos += nanos;
    batches++;
  }

  public Count kind(String name) {
    return kinds.computeIfAbsent(name, key -> new Count());
  }

  public Count tenant(String name) {
    return tenants.computeIfAbsent(name, key -> new Count());
  }

  /** By kind of request. */
  public Map<String, Count> kinds() {
    return kinds;
  }

  /** The part met of the kind that fares worst. */
  public double worstAttainment() {
    return kinds.values().stream().mapToDouble(Count::attainment).min().orElse(1);
  }

  /** Real tokens of all requests met. */
  public long metTokens() {
    return kinds.values().stream().mapToLong(Count::metTokens).sum();
  }

  /** The part of the tokens run that was padding, on a backend that pads. */
  public double waste() {
    return paddedTokens == 0 ? 0 : 1 - (double) realTokens / paddedTokens;
  }

  public long busyNanos() {
    return busyNanos;
  }

  public long batches() {
    return batches;
  }
}
