package dev.sluice.serving.batching.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the requests of a run. A request is met when its answer came by its deadline;
 * refused, dropped and late ones are missed. The first requests of a run are not counted: the
 * policy learns from them. Counts of several runs add up.
 */
public class Outcome {

  /** Counts of one kind of requests. */
  public static final class Count {
    private int met;
    private int missed;
    private int refused;
    private long metTokens;
    private long tokens;

    private void add(Arrival arrival, boolean isMet, boolean isRefused) {
      long work = arrival.tokens();
      met += isMet ? 1 : 0;
      missed += isMet ? 0 : 1;
      refused += isRefused ? 1 : 0;
      metTokens += isMet ? work : 0;
      tokens += work;
    }

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

    /** Real tokens of all requests. */
    public long tokens() {
      return tokens;
    }

    /** The part that was met; 1 where there was nothing. */
    public double attainment() {
      return met + missed == 0 ? 1 : (double) met / (met + missed);
    }
  }

  private final int warmUp;
  private final Map<String, Count> kinds = new TreeMap<>();
  private final Map<String, Count> tenants = new TreeMap<>();
  private long realTokens;
  private long paddedTokens;
  private long busyNanos;
  private long batches;
  private final Map<Integer, Double> spent = new HashMap<>();
  private double usefulNanos;
  private long first = Long.MAX_VALUE;
  private long last;

  /**
   * @param warmUp how many requests of a run are not counted
   */
  public Outcome(int warmUp) {
    this.warmUp = warmUp;
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
    Double nanos = spent.remove(arrival.number());
    if (arrival.number() >= warmUp) {
      first = Math.min(first, arrival.at());
      last = Math.max(last, arrival.at());
      usefulNanos += met && nanos != null ? nanos : 0;
      kind(arrival.kind()).add(arrival, met, refused);
      tenant(arrival.tenant()).add(arrival, met, refused);
    }
  }

  void ran(List<Item> items, int longest, long sum, long nanos) {
    for (Item item : items) {
      spent.merge(item.arrival().number(), (double) nanos * item.length() / sum, Double::sum);
    }
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

  /** Of the tokens that were asked for, the part that was answered in time. */
  public double usefulPart() {
    long met = kinds.values().stream().mapToLong(Count::metTokens).sum();
    long all = kinds.values().stream().mapToLong(Count::tokens).sum();
    return all == 0 ? 1 : (double) met / all;
  }

  /**
   * The part of the accelerator's time that went into requests met, as long as requests came; a
   * batch's time belongs to its items by their tokens. Of one run.
   */
  public double usefulTime(int slots) {
    return usefulNanos / slots / Math.max(last - first, 1);
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
