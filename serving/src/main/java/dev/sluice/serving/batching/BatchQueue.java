package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Waiting items by length and by when they are due. Pure: no clock, no threads, no locks. Items of
 * requests that ended leave when their request is removed.
 */
final class BatchQueue<I, O> {

  /** How much more than the bound may wait in all. */
  private static final int HARD = 4;

  private final long maxTokens;
  private final List<NavigableSet<BatchItem<I, O>>> buckets = new ArrayList<>();
  private final DeadlineLedger ledger = new DeadlineLedger();
  private final NavigableSet<BatchRequest<I, O>> interactive = new TreeSet<>();
  private final NavigableSet<BatchRequest<I, O>> bulk = new TreeSet<>();
  private final Backlog backlog;
  private int items;

  BatchQueue(BatchLimits limits) {
    this.maxTokens = limits.maxQueuedTokens();
    this.backlog = new Backlog(limits);
  }

  /**
   * Whether there is room for a request. What counts is what runs before it, so that bulk work that
   * waits does not shut out urgent calls; where nothing does, any request fits. All together have a
   * multiple of the bound.
   */
  boolean hasRoom(BatchRequest<?, ?> request) {
    long ahead = ledger.dueBy(request.due());
    boolean fits = ahead == 0 || ahead + request.tokens() <= maxTokens;
    boolean room = items == 0 || queuedTokens() + request.tokens() <= HARD * maxTokens;
    return fits && room;
  }

  /** Tokens that wait and are due by then. */
  long dueBy(long time) {
    return ledger.dueBy(time);
  }

  /** The waiting work by length. */
  Backlog backlog() {
    return backlog;
  }

  /** Queues all items of a request. */
  void add(BatchRequest<I, O> request) {
    request.items().forEach(this::add);
  }

  /** Queues one item. */
  void add(BatchItem<I, O> item) {
    BatchRequest.Progress progress = item.request.progress;
    if (progress.waiting == 0) {
      requests(item.request).add(item.request);
    }
    bucket(LengthBuckets.of(item.tokens)).add(item);
    progress.waiting++;
    progress.waitingTokens += item.tokens;
    items++;
    backlog.add(item.tokens);
    ledger.add(item.request.due(), item.tokens);
  }

  private NavigableSet<BatchRequest<I, O>> requests(BatchRequest<I, O> like) {
    return like.isBulk() ? bulk : interactive;
  }

  private NavigableSet<BatchItem<I, O>> bucket(int index) {
    while (buckets.size() <= index) {
      buckets.add(new TreeSet<>());
    }
    return buckets.get(index);
  }

  /** Takes an item out. */
  void take(BatchItem<I, O> item) {
    if (!buckets.get(LengthBuckets.of(item.tokens)).remove(item)) {
      return;
    }
    BatchRequest.Progress progress = item.request.progress;
    progress.waiting--;
    progress.waitingTokens -= item.tokens;
    items--;
    backlog.remove(item.tokens);
    if (progress.waiting == 0) {
      requests(item.request).remove(item.request);
    }
    ledger.add(item.request.due(), -item.tokens);
  }

  /** Takes the items of a request that still wait out of the queue. */
  void remove(BatchRequest<I, O> request) {
    if (request.progress.waiting > 0) {
      request.progress.withdrawn = true;
      request.items().forEach(this::take);
    }
  }

  /** The bucket of this length class, which may be empty. */
  NavigableSet<BatchItem<I, O>> itemsOf(int bucket) {
    return buckets.get(bucket);
  }

  /** One more than the longest length class that ever had an item. */
  int bucketCount() {
    return buckets.size();
  }

  /** Waiting interactive requests, earliest due first. */
  NavigableSet<BatchRequest<I, O>> interactive() {
    return interactive;
  }

  /** Waiting bulk requests, earliest deadline first. */
  NavigableSet<BatchRequest<I, O>> bulk() {
    return bulk;
  }

  /** The first bulk item, if one waits. */
  Optional<BatchItem<I, O>> firstBulk() {
    return bulk.isEmpty()
        ? Optional.empty()
        : bulk.first().items().stream().filter(this::waits).findFirst();
  }

  private boolean waits(BatchItem<I, O> item) {
    return buckets.get(LengthBuckets.of(item.tokens)).contains(item);
  }

  /** How many requests wait. */
  int queuedRequests() {
    return interactive.size() + bulk.size();
  }

  boolean isEmpty() {
    return items == 0;
  }

  int queuedItems() {
    return items;
  }

  long queuedTokens() {
    return ledger.total();
  }
}
