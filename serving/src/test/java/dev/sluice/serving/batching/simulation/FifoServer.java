package dev.sluice.serving.batching.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What most servers in use have in common: one queue in order of arrival, from which a slot that
 * has room gets the next batch. They differ in the {@link BatchRule}.
 */
final class FifoServer implements Policy {

  private final BatchRule rule;
  private final Fifo queue;
  private final InFlight inFlight;

  FifoServer(BatchRule rule, QueueRule queueRule, Accelerator accelerator) {
    this.rule = rule;
    this.queue = new Fifo(queueRule);
    this.inFlight = new InFlight(accelerator.slots(), rule.depth());
  }

  @Override
  public boolean arrive(Arrival arrival, long now) {
    return queue.offer(arrival);
  }

  @Override
  public Step next(long now) {
    int slot = inFlight.free();
    Item oldest = slot == InFlight.NONE ? null : queue.peek(now);
    if (oldest == null) {
      return Step.Wait.FOR_EVENT;
    }
    long sendAt = oldest.arrival().at() + rule.delay();
    if (sendAt > now && canGrow()) {
      return new Step.Wait(sendAt);
    }
    inFlight.sent(slot);
    return new Step.Run(slot, take(now));
  }

  /** Whether an item that arrives now could join the batch. */
  private boolean canGrow() {
    if (queue.size() >= rule.mostItems()) {
      return false;
    }
    BatchRule.Forming forming = rule.begin();
    for (Item item : queue) {
      if (!forming.joins(item)) {
        return false;
      }
    }
    return true;
  }

  private List<Item> take(long now) {
    List<Item> batch = new ArrayList<>();
    BatchRule.Forming forming = rule.begin();
    @Nullable Item head = queue.peek(now);
    while (head != null && batch.size() < rule.mostItems() && forming.joins(head)) {
      batch.add(queue.remove());
      head = queue.peek(now);
    }
    return batch;
  }

  @Override
  public void completed(int slot, List<Item> items, long now) {
    inFlight.answered(slot);
  }

  @Override
  public List<Arrival> dropped() {
    return queue.dropped();
  }

  @Override
  public int paddedTo(int longest) {
    return rule.paddedTo(longest);
  }
}
