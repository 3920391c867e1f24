package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;

/**
 * Which group of lengths goes next: the one with the most real tokens for its time, as long as
 * every other group's most urgent item still has time enough when the batches of the groups more
 * urgent than it run first; else the most urgent. Without it, a trickle of urgent short texts would
 * have the machine run one small batch after another while long ones wait.
 *
 * <p>A group of bulk work goes ahead of an interactive one only for a moment, however long that one
 * has, and only where that one's batch may grow meanwhile.
 */
final class GroupChoice<I, O> {

  /** Predictions are stretched by this, for what arrives meanwhile. */
  private static final double MARGIN = 1.3;

  /** Nanoseconds from its arrival that an interactive item may be put off for bulk work. */
  private static final long MOMENT = 100_000_000L;

  private final BatchFormer.Order order;
  private final List<Candidate<I, O>> candidates = new ArrayList<>();

  /**
   * A group that may go next.
   *
   * @param urgent its most urgent item
   * @param nanos running time of its next batch
   * @param tokens real tokens of its next batch
   * @param full whether its next batch has no room for more
   */
  private record Candidate<I, O>(
      List<NavigableSet<BatchItem<I, O>>> buckets,
      BatchItem<I, O> urgent,
      double nanos,
      double tokens,
      boolean full) {

    boolean isBulk() {
      return urgent.request.isBulk();
    }

    double efficiency() {
      return tokens / nanos;
    }
  }

  GroupChoice(List<NavigableSet<BatchItem<I, O>>> buckets, BatchFormer.Order order, int maxItems) {
    this.order = order;
    int size = buckets.size();
    long[] lengths = new long[size];
    int[] counts = new int[size];
    for (int i = 0; i < size; i++) {
      lengths[i] = LengthBuckets.bound(LengthBuckets.of(buckets.get(i).first().tokens));
      counts[i] = buckets.get(i).size();
    }
    var grouping = new Grouping(lengths, counts, order.cost(), order.budget(), maxItems);
    for (Grouping.Group group : grouping.groups()) {
      add(buckets, lengths, counts, group, maxItems);
    }
    candidates.sort(Comparator.comparing(Candidate::urgent));
  }

  private void add(
      List<NavigableSet<BatchItem<I, O>>> buckets,
      long[] lengths,
      int[] counts,
      Grouping.Group group,
      int maxItems) {
    long items = 0;
    double tokens = 0;
    BatchItem<I, O> urgent = buckets.get(group.from()).first();
    for (int i = group.from(); i <= group.to(); i++) {
      items += counts[i];
      tokens += (double) counts[i] * lengths[i];
      BatchItem<I, O> first = buckets.get(i).first();
      urgent = first.compareTo(urgent) < 0 ? first : urgent;
    }
    long length = lengths[group.to()];
    long most = Math.clamp(order.budget() / length, 1, maxItems);
    long batch = Math.min(items, most);
    candidates.add(
        new Candidate<>(
            buckets.subList(group.from(), group.to() + 1),
            urgent,
            order.cost().predict(batch * length, length),
            tokens * batch / items,
            batch == most));
  }

  /** The buckets to take the next batch from. */
  List<NavigableSet<BatchItem<I, O>>> buckets() {
    Candidate<I, O> best = candidates.getFirst();
    for (Candidate<I, O> candidate : candidates) {
      if (candidate.efficiency() > best.efficiency() && canWaitFor(candidate)) {
        best = candidate;
      }
    }
    return best.buckets();
  }

  /** Whether all others are in time when this one goes first. */
  private boolean canWaitFor(Candidate<I, O> first) {
    double finish = order.start() + MARGIN * first.nanos();
    for (Candidate<I, O> other : candidates) {
      if (!other.urgent().equals(first.urgent())) {
        finish += MARGIN * other.nanos();
        if (finish > latest(other, first)) {
          return false;
        }
      }
    }
    return true;
  }

  /** When one must be done that is put off for another one. */
  private long latest(Candidate<I, O> other, Candidate<I, O> first) {
    BatchRequest<I, O> request = other.urgent().request;
    if (other.isBulk() || !first.isBulk()) {
      return request.deadline();
    }
    long moment = other.full() ? 0 : MOMENT;
    return Math.min(request.deadline(), request.arrival() + moment);
  }

  /** The buckets of the group that holds an item. */
  List<NavigableSet<BatchItem<I, O>>> bucketsWith(BatchItem<I, O> item) {
    return candidates.stream()
        .map(Candidate::buckets)
        .filter(buckets -> buckets.stream().anyMatch(bucket -> bucket.contains(item)))
        .findFirst()
        .orElseThrow();
  }
}
