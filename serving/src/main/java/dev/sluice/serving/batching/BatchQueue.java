package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * Waiting items, and the rule by which they become batches. Pure: no clock, no threads, no locks;
 * the caller guards it and says what time it is ({@code System.nanoTime}).
 *
 * <p>The rule: earliest deadline first, filled in that order until the next item does not fit the
 * model's limits with its padding. Work-conserving: whoever has a free slot gets a batch at once
 * when anything waits. Items of requests that ended or whose deadline passed are dropped on the
 * way.
 */
final class BatchQueue<I, O> {

  /** What to do now. */
  sealed interface Decision<I, O> {

    /** Run these; {@code expired} are requests whose deadline passed while they waited. */
    record Run<I, O>(List<BatchItem<I, O>> items, List<BatchRequest<I, O>> expired)
        implements Decision<I, O> {}

    /** Nothing to run before something arrives. */
    record Wait<I, O>(List<BatchRequest<I, O>> expired) implements Decision<I, O> {}
  }

  /** How much more than the bound may wait in all. */
  private static final int HARD = 4;

  private final BatchLimits limits;
  private final TreeSet<BatchItem<I, O>> items = new TreeSet<>();
  private long queuedTokens;

  BatchQueue(BatchLimits limits) {
    this.limits = limits;
  }

  /**
   * Queues all items of a request, or none when they do not fit into the bound. What counts against
   * the bound is what runs before the request, so that bulk work that waits does not shut out
   * urgent calls; where nothing does, any request fits. All together have a multiple of the bound.
   */
  boolean offer(BatchRequest<I, O> request) {
    long tokens = request.items().stream().mapToLong(item -> item.tokens).sum();
    long ahead =
        items.headSet(request.items().getFirst()).stream().mapToLong(item -> item.tokens).sum();
    boolean fits = ahead == 0 || ahead + tokens <= limits.maxQueuedTokens();
    boolean room = items.isEmpty() || queuedTokens + tokens <= HARD * limits.maxQueuedTokens();
    if (!fits || !room) {
      return false;
    }
    items.addAll(request.items());
    queuedTokens += tokens;
    return true;
  }

  /** Takes the items of a request that still wait out of the queue. */
  void remove(BatchRequest<I, O> request) {
    for (BatchItem<I, O> item : request.items()) {
      if (items.remove(item)) {
        queuedTokens -= item.tokens;
      }
    }
  }

  /** The batch to run now on a free slot. */
  Decision<I, O> next(long now) {
    List<BatchItem<I, O>> batch = new ArrayList<>();
    List<BatchRequest<I, O>> expired = new ArrayList<>();
    long longest = 0;
    long sum = 0;
    for (Iterator<BatchItem<I, O>> waiting = items.iterator(); waiting.hasNext(); ) {
      BatchItem<I, O> item = waiting.next();
      if (dead(item, now, expired)) {
        drop(waiting, item);
        continue;
      }
      if (!batch.isEmpty() && !fits(batch.size() + 1, Math.max(longest, item.tokens), sum, item)) {
        break;
      }
      longest = Math.max(longest, item.tokens);
      sum += item.tokens;
      drop(waiting, item);
      batch.add(item);
    }
    return batch.isEmpty() ? new Decision.Wait<>(expired) : new Decision.Run<>(batch, expired);
  }

  private boolean fits(int size, long longest, long sum, BatchItem<I, O> item) {
    return size <= limits.maxItems()
        && limits.cost(size, longest, sum + item.tokens) <= limits.maxTokens();
  }

  private boolean dead(BatchItem<I, O> item, long now, List<BatchRequest<I, O>> expired) {
    if (item.request.ended()) {
      return true;
    }
    if (item.request.expired(now)) {
      if (!expired.contains(item.request)) {
        expired.add(item.request);
      }
      return true;
    }
    return false;
  }

  private void drop(Iterator<BatchItem<I, O>> waiting, BatchItem<I, O> item) {
    waiting.remove();
    queuedTokens -= item.tokens;
  }

  int queuedItems() {
    return items.size();
  }

  long queuedTokens() {
    return queuedTokens;
  }
}
