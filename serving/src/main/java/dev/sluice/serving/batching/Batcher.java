package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchQueue.Decision;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs the batches that a {@link BatchQueue} forms, one thread for each slot of the model. Owns the
 * threads, not the model. {@link #close} refuses new work, finishes what was accepted, and stops.
 */
public final class Batcher<I, O> implements AutoCloseable {

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);
  private static final Duration SHORTEST_RETRY = Duration.ofMillis(10);

  private final String name;
  private final BatchModel<I, O> model;
  private final BatchMetrics metrics;
  private final BatchQueue<I, O> queue;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Thread> slots = new ArrayList<>();
  private final Throughput throughput = new Throughput();
  private long arrivals;
  private boolean closed;

  /** Starts the threads. The name, as "embed", stands in thread names and messages. */
  public Batcher(String name, BatchModel<I, O> model, BatchMetrics metrics) {
    this.name = name;
    this.model = model;
    this.metrics = metrics;
    this.queue = new BatchQueue<>(model.limits());
    for (int slot = 0; slot < model.limits().slots(); slot++) {
      slots.add(Thread.ofPlatform().daemon().name(name + "-slot-" + slot).start(this::runBatches));
    }
  }

  /**
   * Runs the model on all inputs and waits for it. Returns early, taking what still waits out of
   * the queue, when the current {@link Context} is cancelled.
   *
   * @throws Failure.Overloaded when too much waits already
   * @throws Failure.DeadlineExceeded when the deadline passes first
   * @throws Failure.Cancelled when the caller goes away first
   * @throws Failure.Unavailable when the server stops
   */
  public Batched<O> run(List<I> inputs, Deadline deadline) {
    if (inputs.isEmpty()) {
      return new Batched<>(List.of(), BatchTiming.NONE);
    }
    BatchRequest<I, O> request = enqueue(inputs, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    Context context = Context.current();
    Context.CancellationListener listener = cancelled -> abandon(request, new Failure.Cancelled());
    context.addListener(listener, Runnable::run);
    try {
      return await(request, deadline);
    } finally {
      context.removeListener(listener);
    }
  }

  private BatchRequest<I, O> enqueue(List<I> inputs, long remainingNanos) {
    long now = System.nanoTime();
    var request = new BatchRequest<I, O>(inputs.size(), now, now + remainingNanos);
    if (remainingNanos <= 0) {
      metrics.expired();
      throw late();
    }
    lock.lock();
    try {
      if (closed) {
        throw new Failure.Unavailable("DRAINING", name + " is stopping");
      }
      for (int i = 0; i < inputs.size(); i++) {
        I input = inputs.get(i);
        request.add(new BatchItem<>(request, i, input, model.tokens(input), arrivals++));
      }
      if (!queue.offer(request)) {
        metrics.refused();
        throw new Failure.Overloaded(name + " has too much work waiting", retryAfter());
      }
      changed.signalAll();
      metrics.queued(queue.queuedItems(), queue.queuedTokens());
    } finally {
      lock.unlock();
    }
    return request;
  }

  private Duration retryAfter() {
    Duration half = throughput.timeFor(queue.queuedTokens() / 2);
    if (half.compareTo(SHORTEST_RETRY) < 0) {
      return SHORTEST_RETRY;
    }
    return half.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : half;
  }

  private Batched<O> await(BatchRequest<I, O> request, Deadline deadline) {
    try {
      return request
          .result()
          .get(deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      abandon(request, late());
      throw late();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandon(request, new Failure.Cancelled());
      throw new Failure.Cancelled();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    return cause instanceof RuntimeException failure
        ? failure
        : new Failure.Internal("the model failed");
  }

  private Failure.DeadlineExceeded late() {
    return new Failure.DeadlineExceeded("the deadline passed in the queue of " + name);
  }

  private void abandon(BatchRequest<I, O> request, Failure failure) {
    if (request.fail(failure) && failure instanceof Failure.DeadlineExceeded) {
      metrics.expired();
    }
    lock.lock();
    try {
      queue.remove(request);
      metrics.queued(queue.queuedItems(), queue.queuedTokens());
    } finally {
      lock.unlock();
    }
  }

  private void runBatches() {
    for (List<BatchItem<I, O>> batch = next(); !batch.isEmpty(); batch = next()) {
      runBatch(batch);
    }
  }

  /** Waits for a batch; an empty one says that the batcher is closed and everything done. */
  private List<BatchItem<I, O>> next() {
    lock.lock();
    try {
      while (true) {
        Decision<I, O> decision = queue.next(System.nanoTime());
        metrics.queued(queue.queuedItems(), queue.queuedTokens());
        switch (decision) {
          case Decision.Run<I, O>(var items, var expired) -> {
            expire(expired);
            return items;
          }
          case Decision.Wait<I, O>(var expired) -> {
            expire(expired);
            if (closed) {
              return List.of();
            }
            changed.awaitUninterruptibly();
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void expire(List<BatchRequest<I, O>> expired) {
    for (BatchRequest<I, O> request : expired) {
      if (request.fail(late())) {
        metrics.expired();
      }
    }
  }

  /**
   * Runs a batch. One of several items that fails is split and run again, so that only the item
   * which the model cannot take fails.
   */
  private void runBatch(List<BatchItem<I, O>> batch) {
    long start = System.nanoTime();
    List<O> outputs;
    try {
      outputs = model.run(batch.stream().map(item -> item.input).toList());
      if (outputs.size() != batch.size()) {
        throw new IllegalStateException(
            "model returned " + outputs.size() + " outputs for " + batch.size() + " inputs");
      }
    } catch (RuntimeException | Error e) { // the outermost frame of this thread
      fail(batch, e);
      return;
    }
    long end = System.nanoTime();
    record(batch, start, end);
    for (int i = 0; i < batch.size(); i++) {
      BatchItem<I, O> item = batch.get(i);
      item.request.complete(item.index, outputs.get(i));
    }
  }

  private void fail(List<BatchItem<I, O>> batch, Throwable problem) {
    if (batch.size() == 1) {
      batch
          .getFirst()
          .request
          .fail(
              problem instanceof Failure failure
                  ? failure
                  : new Failure.Internal(name + " model failed", problem));
      return;
    }
    metrics.split();
    int half = batch.size() / 2;
    runBatch(batch.subList(0, half));
    runBatch(batch.subList(half, batch.size()));
  }

  private void record(List<BatchItem<I, O>> batch, long start, long end) {
    long longest = batch.stream().mapToLong(item -> item.tokens).max().orElse(0);
    long sum = batch.stream().mapToLong(item -> item.tokens).sum();
    long padded = model.limits().cost(batch.size(), longest, sum);
    throughput.add(sum, end - start, model.limits().slots());
    metrics.ran(batch.size(), sum, padded, end - start);
    Map<BatchRequest<I, O>, BatchTiming> members = new HashMap<>();
    for (BatchItem<I, O> item : batch) {
      metrics.waited(start - item.request.arrival());
      var share =
          new BatchTiming(start - item.request.arrival(), 0, 0, item.tokens, padded / batch.size());
      members.merge(item.request, share, BatchTiming::plus);
    }
    var batchItself = new BatchTiming(0, end - start, 1, 0, 0);
    members.forEach((request, share) -> request.ran(share.plus(batchItself)));
  }

  /** Refuses new work, finishes what was accepted, stops the threads. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread slot : slots) {
      interrupted |= !joined(slot);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joined(Thread slot) {
    try {
      slot.join();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
