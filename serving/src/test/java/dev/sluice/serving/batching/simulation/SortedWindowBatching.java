package dev.sluice.serving.batching.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Takes the oldest items, as many full batches as there are but at most eight, sorts them by length
 * and cuts them into batches, which are sealed from then on. Infinity, which keeps four batches
 * sealed ahead of the one that runs: one being tokenised and three in its queue of features.
 */
final class SortedWindowBatching implements Policy {

  private static final int PIPELINE = 4;
  private static final int WINDOW = 8;

  private final int mostItems;
  private final boolean late;
  private final Fifo queue;
  private final InFlight inFlight;
  private final Deque<List<Item>> sealed = new ArrayDeque<>();

  /**
   * @param mostItems of a batch
   * @param late what no server does: a window is taken when a slot is idle and not before, and its
   *     last batch may be smaller than the others
   */
  SortedWindowBatching(int mostItems, boolean late, QueueRule rule, Accelerator accelerator) {
    this.mostItems = mostItems;
    this.late = late;
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
      sealAhead(now);
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

  private void sealAhead(long now) {
    while (!late && sealed.size() < PIPELINE && queue.peek(now) != null) {
      seal(now);
    }
  }

  private void seal(long now) {
    List<Item> items = new ArrayList<>();
    int batches = late ? WINDOW : Math.clamp(queue.size() / mostItems, 1, WINDOW);
    int most = mostItems * batches;
    while (items.size() < most && queue.peek(now) != null) {
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
