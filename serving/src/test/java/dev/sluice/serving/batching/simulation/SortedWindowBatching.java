package dev.sluice.serving.batching.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Takes the oldest items, as many as eight batches hold, sorts them by length and cuts them into
 * batches, which are sealed from then on. Infinity.
 */
final class SortedWindowBatching implements Policy {

  private final int mostItems;
  private final int window;
  private final Fifo queue;
  private final InFlight inFlight;
  private final Deque<List<Item>> sealed = new ArrayDeque<>();

  /**
   * @param mostItems of a batch
   * @param batches that a window holds
   */
  SortedWindowBatching(int mostItems, int batches, QueueRule rule, Accelerator accelerator) {
    this.mostItems = mostItems;
    this.window = mostItems * batches;
    this.queue = new Fifo(rule);
    this.inFlight = new InFlight(accelerator.slots(), 1);
  }

  @Override
  public boolean arrive(Arrival arrival, long now) {
    return queue.offer(arrival);
  }

  @Override
  public Step next(long now) {
    int slot = inFlight.free();
    if (slot == InFlight.NONE) {
      return Step.Wait.FOR_EVENT;
    }
    if (sealed.isEmpty()) {
      seal(now);
    }
    List<Item> batch = sealed.poll();
    if (batch == null) {
      return Step.Wait.FOR_EVENT;
    }
    inFlight.sent(slot);
    return new Step.Run(slot, batch);
  }

  private void seal(long now) {
    List<Item> items = new ArrayList<>();
    while (items.size() < window && queue.peek(now) != null) {
      items.add(queue.remove());
    }
    items.sort(Comparator.comparingInt(Item::length));
    for (int i = 0; i < items.size(); i += mostItems) {
      sealed.add(items.subList(i, Math.min(i + mostItems, items.size())));
    }
  }

  @Override
  public void completed(int slot, List<Item> items, long now) {
    inFlight.answered(slot);
  }

  @Override
  public List<Arrival> dropped() {
    return queue.dropped();
  }
}
