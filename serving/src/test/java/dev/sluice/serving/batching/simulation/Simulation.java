package dev.sluice.serving.batching.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Runs arrivals through a policy and an accelerator by a virtual clock. Deterministic: the same
 * arrivals, policy and seed give the same outcome.
 *
 * <p>A batch reaches its slot half a round trip after it was sent, waits there until the batches
 * sent before it are done, and its answer travels another half.
 */
public final class Simulation {

  private final Policy policy;
  private final Accelerator accelerator;
  private final Random noise;
  private final Outcome outcome;
  private final PriorityQueue<Running> running =
      new PriorityQueue<>(Comparator.comparingLong(Running::seen));
  private final long[] slotFree;

  /** Items without an answer, by the number of their arrival; 0 once its outcome is known. */
  private int[] remaining = new int[1024];

  private long wakeAt = Long.MAX_VALUE;

  /** A batch on its way: its answer is seen at {@code seen}. */
  private record Running(int slot, List<Item> items, long seen) {}

  private Simulation(Policy policy, Accelerator accelerator, long seed, Outcome outcome) {
    this.policy = policy;
    this.accelerator = accelerator;
    this.noise = new Random(seed);
    this.outcome = outcome;
    this.slotFree = new long[accelerator.slots()];
  }

  /**
   * Runs all arrivals to the end.
   *
   * @param outcome takes what happens; may say that enough is known
   */
  public static void run(
      Iterator<Arrival> arrivals,
      Policy policy,
      Accelerator accelerator,
      long seed,
      Outcome outcome) {
    new Simulation(policy, accelerator, seed, outcome).run(arrivals);
  }

  private void run(Iterator<Arrival> arrivals) {
    Arrival next = following(arrivals);
    while (!outcome.isDecided()) {
      long arrivalAt = next == null ? Long.MAX_VALUE : next.at();
      long answerAt = running.isEmpty() ? Long.MAX_VALUE : running.element().seen();
      long now = Math.min(Math.min(arrivalAt, answerAt), wakeAt);
      if (now == Long.MAX_VALUE) {
        return;
      }
      if (answerAt == now) {
        complete(running.remove());
      } else if (next != null && arrivalAt == now) {
        arrive(next);
        next = following(arrivals);
      }
      dispatch(now);
    }
  }

  private static @Nullable Arrival following(Iterator<Arrival> arrivals) {
    return arrivals.hasNext() ? arrivals.next() : null;
  }

  private void arrive(Arrival arrival) {
    if (!policy.arrive(arrival, arrival.at())) {
      outcome.refused(arrival);
      return;
    }
    if (arrival.number() >= remaining.length) {
      remaining = Arrays.copyOf(remaining, 2 * arrival.number());
    }
    remaining[arrival.number()] = arrival.lengths().size();
  }

  private void complete(Running batch) {
    policy.completed(batch.slot(), batch.items(), batch.seen());
    for (Item item : batch.items()) {
      Arrival arrival = item.arrival();
      if (remaining[arrival.number()] > 0 && --remaining[arrival.number()] == 0) {
        outcome.answered(arrival, batch.seen());
      }
    }
  }

  private void dispatch(long now) {
    while (true) {
      Policy.Step step = policy.next(now);
      for (Arrival dropped : policy.dropped()) {
        drop(dropped);
      }
      switch (step) {
        case Policy.Step.Run(int slot, List<Item> items) -> start(slot, items, now);
        case Policy.Step.Wait(long until) -> {
          wakeAt = Math.max(until, now + 1);
          return;
        }
      }
    }
  }

  private void drop(Arrival arrival) {
    if (remaining[arrival.number()] > 0) {
      remaining[arrival.number()] = 0;
      outcome.dropped(arrival);
    }
  }

  private void start(int slot, List<Item> items, long now) {
    int longest = 0;
    long sum = 0;
    for (Item item : items) {
      longest = Math.max(longest, item.length());
      sum += item.length();
    }
    longest = policy.paddedTo(longest);
    long nanos = accelerator.run(items.size(), longest, sum, noise);
    long half = accelerator.roundTrip() / 2;
    slotFree[slot] = Math.max(now + half, slotFree[slot]) + nanos;
    outcome.ran(items, longest, sum, nanos);
    running.add(new Running(slot, items, slotFree[slot] + half));
  }
}
