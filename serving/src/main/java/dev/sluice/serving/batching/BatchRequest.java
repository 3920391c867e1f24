package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The items of one call: split over batches as they fit, put together again in order. Ends once,
 * with all outputs or with the first failure. All times are {@code System.nanoTime}.
 */
final class BatchRequest<I, O> {

  private final long arrival;
  private final long deadline;
  private final List<BatchItem<I, O>> items = new ArrayList<>();
  private final Map<Integer, O> outputs = new TreeMap<>();
  private final CompletableFuture<Batched<O>> result = new CompletableFuture<>();
  private int remaining;
  private BatchTiming timing = BatchTiming.NONE;

  BatchRequest(int size, long arrival, long deadline) {
    this.arrival = arrival;
    this.deadline = deadline;
    this.remaining = size;
  }

  void add(BatchItem<I, O> item) {
    items.add(item);
  }

  List<BatchItem<I, O>> items() {
    return items;
  }

  long arrival() {
    return arrival;
  }

  long deadline() {
    return deadline;
  }

  boolean expired(long now) {
    return deadline - now <= 0;
  }

  /** Whether nobody waits for it any more: failed, cancelled or complete. */
  boolean ended() {
    return result.isDone();
  }

  CompletableFuture<Batched<O>> result() {
    return result;
  }

  /** Ends it, unless it has ended already: says whether it was this call that did. */
  boolean fail(RuntimeException failure) {
    return result.completeExceptionally(failure);
  }

  /** Takes note that a batch with {@code members} items of this request ran. */
  synchronized void ran(BatchTiming batch) {
    timing = timing.plus(batch);
  }

  synchronized void complete(int index, O output) {
    outputs.put(index, output);
    remaining--;
    if (remaining == 0) {
      result.complete(new Batched<>(List.copyOf(outputs.values()), timing));
    }
  }
}
