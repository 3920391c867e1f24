package dev.sluice.serving.batching;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.tracing.Tracing;
import dev.sluice.type.v1.Priority;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The items of one call: split over batches as they fit, put together again in order. Ends once,
 * with all outputs or with the first failure. All times are {@code System.nanoTime}.
 */
final class BatchRequest<I, O> implements Comparable<BatchRequest<?, ?>> {

  private static final long LONGEST_WAIT = 1_000_000_000L;

  private final Caller caller;
  private final long arrival;
  private final long deadline;
  private final long tokens;
  private final List<BatchItem<I, O>> items;
  private final List<@Nullable O> outputs;
  private final CompletableFuture<Batched<O>> result = new CompletableFuture<>();
  private final Tracing tracing = Tracing.current();
  private final Span span = Span.current();
  private int missing;
  private BatchTiming timing = BatchTiming.NONE;

  /** What the scheduler notes about it, guarded as the scheduler is. */
  final Progress progress;

  /** Counts of a request's items on their way through the scheduler. */
  static final class Progress {
    /** Its place among the requests by arrival. */
    long sequence;

    /** Tokens that wait in the queue. */
    long waitingTokens;

    /** Items that wait in the queue. */
    int waiting;

    /** Items without an output. */
    int unfinished;

    /** Whether items of it left the queue without having run. */
    boolean withdrawn;

    /** Whether it was admitted by a prediction, which is still to be judged by the outcome. */
    boolean predicted;
  }

  /**
   * @param lengths tokens of each input
   */
  BatchRequest(Caller caller, List<I> inputs, int[] lengths, long arrival, long deadline) {
    this.caller = caller;
    this.arrival = arrival;
    this.deadline = deadline;
    this.tokens = Arrays.stream(lengths).asLongStream().sum();
    this.missing = inputs.size();
    this.items = new ArrayList<>(inputs.size());
    this.outputs = new ArrayList<>(inputs.size());
    this.progress = new Progress();
    this.progress.unfinished = inputs.size();
    for (int i = 0; i < inputs.size(); i++) {
      items.add(new BatchItem<>(this, i, inputs.get(i), lengths[i]));
      outputs.add(null);
    }
  }

  List<BatchItem<I, O>> items() {
    return items;
  }

  /** Tokens of all items. */
  long tokens() {
    return tokens;
  }

  Caller caller() {
    return caller;
  }

  /** Of who asked. */
  Tracing tracing() {
    return tracing;
  }

  /** That it was asked in; an invalid one where nothing is traced. */
  Span span() {
    return span;
  }

  /** Whether nobody waits for the answer. */
  boolean isBulk() {
    return caller.priority() == Priority.BULK;
  }

  long arrival() {
    return arrival;
  }

  long deadline() {
    return deadline;
  }

  /**
   * Its place in the order: its deadline, but for an interactive request a second from its arrival
   * at most. A deadline says until when an answer is of use, not how long somebody likes to wait.
   */
  long due() {
    return isBulk() ? deadline : arrival + Math.min(slack(), LONGEST_WAIT);
  }

  /** Nanoseconds that it had when it arrived. */
  long slack() {
    return deadline - arrival;
  }

  boolean expired(long now) {
    return deadline - now <= 0;
  }

  /** Whether nobody waits for it any more: failed, cancelled or complete. */
  boolean ended() {
    return result.isDone();
  }

  /** Does something as soon as it ends, or at once when it has. */
  void whenEnded(Runnable action) {
    var _ = result.whenComplete((_, _) -> action.run());
  }

  CompletableFuture<Batched<O>> result() {
    return result;
  }

  /** Ends it, unless it has ended already: says whether it was this call that did. */
  boolean fail(RuntimeException failure) {
    return result.completeExceptionally(failure);
  }

  /** Takes note that a batch with items of this request ran. */
  synchronized void ran(BatchTiming batch) {
    timing = timing.plus(batch);
  }

  /** Takes one output. */
  void complete(int index, O output) {
    Batched<O> all = put(index, output);
    if (all != null) {
      result.complete(all);
    }
  }

  private synchronized @Nullable Batched<O> put(int index, O output) {
    if (outputs.set(index, output) == null) {
      missing--;
    }
    if (missing > 0) {
      return null;
    }
    List<O> complete = new ArrayList<>(outputs.size());
    for (O each : outputs) {
      if (each != null) {
        complete.add(each);
      }
    }
    return new Batched<>(List.copyOf(complete), timing);
  }

  /** Earliest due first, then first come first served. */
  @Override
  public int compareTo(BatchRequest<?, ?> other) {
    int byDue = Long.signum(due() - other.due());
    return byDue != 0 ? byDue : Long.compare(progress.sequence, other.progress.sequence);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
