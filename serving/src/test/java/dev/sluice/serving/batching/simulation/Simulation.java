package dev.sluice.serving.batching.simulation;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

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
  private final Map<Arrival, Integer> remaining = new HashMap<>();
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
    Deque<Arrival> next = new ArrayDeque<>(1);
    while (!outcome.isDecided()) {
      if (next.isEmpty() && arrivals.hasNext()) {
        next.add(arrivals.next());
      }
      long arrivalAt = next.isEmpty() ? Long.MAX_VALUE : next.getFirst().at();
      long answerAt = running.isEmpty() ? Long.MAX_VALUE : running.peek().seen();
      long now = Math.min(Math.min(arrivalAt, answerAt), wakeAt);
      if (now == Long.MAX_VALUE) {
        return;
      }
      if (answerAt == now) {
        complete(running.remove());
      } else if (arrivalAt == now) {
        arrive(next.remove());
      }
      dispatch(now);
    }
  }

  private void arrive(Arrival arrival) {
    if (policy.arrive(arrival, arrival.at())) {
      remaining.put(arrival, arrival.lengths().size());
    } else {
      outcome.refused(arrival);
    }
  }

  private void complete(Running batch) {
    policy.completed(batch.slot(), batch.items(), batch.seen());
    for (Item item : batch.items()) {
      Integer left = remaining.computeIfPresent(item.arrival(), (key, count) -> count - 1);
      if (left != null && left == 0) {
        remaining.remove(item.arrival());
        outcome.answered(item.arrival(), batch.seen());
      }
    }
  }

  private void dispatch(long now) {
    while (true) {
      Policy.Step step = policy.next(now);
      for (Arrival dropped : policy.dropped()) {
        if (remaining.remove(dropped) != null) {
          outcome.dropped(dropped);
        }
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

  private void start(int slot, List<Item> items, long now) {
    int longest = items.stream().mapToInt(Item::length).max().orElseThrow();
    long sum = items.stream().mapToLong(Item::length).sum();
    long nanos = accelerator.run(items.size(), longest, sum, noise);
    long half = accelerator.roundTrip() / 2;
    long start = Math.max(now + half, slotFree[slot]);
    slotFree[slot] = start + nanos;
    outcome.ran(items, longest, sum, nanos);
    running.add(new Running(slot, items, slotFree[slot] + half));
  }
}
