package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The slots of all replicas, and which of them may take the next batch: an idle one at once; a busy
 * one when the batch would arrive just as it gets free (a margin before, for what the prediction
 * may be wrong by). A replica that could not be reached is left alone for a while when there are
 * others.
 */
final class SlotTable {

  /** One that runs and one that travels. */
  static final int MOST_IN_FLIGHT = 2;

  /** Slots that take up to so many times as long as the quickest are as good. */
  private static final double ALIKE = 1.25;

  private static final long SHORTEST_PENALTY = 100_000_000L;
  private static final long LONGEST_PENALTY = 5_000_000_000L;

  private final List<Slot> slots = new ArrayList<>();
  private final long[] availableAt;
  private final long[] penalty;

  SlotTable(BatchLimits limits, long now) {
    availableAt = new long[limits.replicas()];
    penalty = new long[limits.replicas()];
    Arrays.fill(availableAt, now);
    for (int index = 0; index < limits.totalSlots(); index++) {
      slots.add(new Slot(index, index % limits.replicas(), now));
    }
  }

  int size() {
    return slots.size();
  }

  List<Slot> all() {
    return slots;
  }

  /**
   * The slot that should take a batch now: of those that should be done with it soonest, or not
   * much later, the one that has rested longest, so that equal replicas take turns.
   *
   * @param replicas what is known of each replica
   */
  Optional<Slot> ready(long now, List<Replica> replicas) {
    List<Slot> ready = slots.stream().filter(slot -> readyAt(slot, replicas) <= now).toList();
    long soonest =
        ready.stream().mapToLong(slot -> nanosToFinish(slot, now, replicas)).min().orElse(0);
    return ready.stream()
        .filter(slot -> nanosToFinish(slot, now, replicas) <= ALIKE * soonest)
        .min(Comparator.comparingLong(Slot::freeAt));
  }

  /** When the next slot may take a batch; {@code Long.MAX_VALUE} when that takes an answer. */
  long nextReadyAt(List<Replica> replicas) {
    return slots.stream().mapToLong(slot -> readyAt(slot, replicas)).min().orElseThrow();
  }

  private long readyAt(Slot slot, List<Replica> replicas) {
    Replica replica = replicas.get(slot.replica());
    long available = availableAt[slot.replica()];
    if (slot.inFlight() == 0) {
      return available;
    }
    if (slot.inFlight() >= MOST_IN_FLIGHT || replica.roundTrip() == 0) {
      return Long.MAX_VALUE;
    }
    return Math.max(available, slot.freeAt() - replica.roundTrip() - replica.errorMargin());
  }

  private static long nanosToFinish(Slot slot, long now, List<Replica> replicas) {
    Replica replica = replicas.get(slot.replica());
    return slot.startFor(now, replica.roundTrip()) + replica.typicalNanos() - now;
  }

  /** Nanoseconds until the first slot is free. */
  long residual(long now) {
    long first = Long.MAX_VALUE;
    for (Slot slot : slots) {
      first = Math.min(first, slot.inFlight() == 0 ? now : slot.freeAt());
    }
    return Math.max(first - now, 0);
  }

  /** The share of the slots that have something to do. */
  double busyShare() {
    long busy = slots.stream().filter(slot -> slot.inFlight() > 0).count();
    return (double) busy / slots.size();
  }

  boolean allIdle() {
    return slots.stream().allMatch(slot -> slot.inFlight() == 0);
  }

  /**
   * The replica could not be reached: others go first for a while, and for twice as long each time.
   * Batches that were on their way when it went away are one failure, not several.
   */
  void unreachable(int replica, long now) {
    if (penalty.length == 1 || availableAt[replica] > now) {
      return;
    }
    penalty[replica] = Math.clamp(2 * penalty[replica], SHORTEST_PENALTY, LONGEST_PENALTY);
    availableAt[replica] = now + penalty[replica];
  }

  /** Whether the replica is away as far as is known, while another one is not. */
  boolean onTrial(int replica) {
    return penalty[replica] > 0 && Arrays.stream(penalty).anyMatch(nanos -> nanos == 0);
  }

  /** The replica answered what was sent to it then; before its last failure, that says nothing. */
  void reached(int replica, long sentAt) {
    long failedAt = availableAt[replica] - penalty[replica];
    if (sentAt >= failedAt) {
      penalty[replica] = 0;
    }
  }
}
