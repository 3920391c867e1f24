package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Decision;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the batches that a {@link BatchScheduler} forms on threads of its own. Owns the threads, not
 * the model. {@link #close} refuses new work, finishes what was accepted, and stops.
 */
public final class Batcher<I, O> implements AutoCloseable {

  private final String name;
  private final BatchModel<I, O> model;
  private final BatchMetrics metrics;
  private final BatchScheduler<I, O> scheduler;
  private final BatchRunner<I, O> runner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Thread> workers = new ArrayList<>();
  private boolean closed;

  /** Starts the threads. The name, as "embed", stands in thread names and messages. */
  public Batcher(String name, BatchModel<I, O> model, BatchMetrics metrics) {
    this.name = name;
    this.model = model;
    this.metrics = metrics;
    this.scheduler = new BatchScheduler<>(model.limits(), System.nanoTime());
    this.runner = new BatchRunner<>(name, model, metrics, this::locked);
    measureRoundTrips();
    metrics.follow(this::learned);
    int threads = model.limits().totalSlots() * SlotTable.MOST_IN_FLIGHT;
    for (int worker = 0; worker < threads; worker++) {
      workers.add(Thread.ofPlatform().daemon().name(name + "-batch-" + worker).start(this::work));
    }
  }

  /**
   * Runs the model on all inputs and waits for it, for the current {@link Caller}. Returns early,
   * taking what still waits out of the queue, when the current {@link Context} is cancelled.
   *
   * @throws Failure.Overloaded when it would be late, or too much waits already
   * @throws Failure.DeadlineExceeded when it cannot be done by the deadline
   * @throws Failure.Cancelled when the caller goes away first
   * @throws Failure.Unavailable when the server stops, or the model cannot be reached
   */
  public Batched<O> run(List<I> inputs, Deadline deadline) {
    if (inputs.isEmpty()) {
      return new Batched<>(List.of(), BatchTiming.NONE);
    }
    BatchRequest<I, O> request = enqueue(inputs, deadline);
    Context context = Context.current();
    Context.CancellationListener listener =
        cancelled -> {
          if (request.fail(new Failure.Cancelled())) {
            withdraw(request);
          }
        };
    context.addListener(listener, Runnable::run);
    try {
      return await(request, deadline);
    } finally {
      context.removeListener(listener);
    }
  }

  /**
   * Refuses inputs that there would be no room for, also if none had more tokens than so: for those
   * who have much to do before they know how many there are. Others {@link #run} may still refuse.
   *
   * @param lengths the least tokens that each of the inputs can have
   * @throws Failure as {@link #run} does, of what is known before it waits
   */
  public void foresee(List<Integer> lengths, Deadline deadline) {
    if (lengths.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    BatchRequest<Integer, O> least = request(lengths, Integer::intValue, deadline, now);
    whileOpen(() -> refuse(scheduler.foresee(least, now)));
  }

  private BatchRequest<I, O> enqueue(List<I> inputs, Deadline deadline) {
    long now = System.nanoTime();
    BatchRequest<I, O> request = request(inputs, model::tokens, deadline, now);
    whileOpen(() -> {
      refuse(scheduler.offer(request, now));
      metrics.queued(scheduler.queuedItems(), scheduler.queuedTokens());
      changed.signal();
    });
    return request;
  }

  private <T> BatchRequest<T, O> request(
      List<T> inputs, ToIntFunction<T> tokens, Deadline deadline, long now) {
    Caller caller = Caller.current();
    long remaining = deadline.timeRemaining(TimeUnit.NANOSECONDS);
    if (remaining <= 0) {
      metrics.missed(caller, BatchMetrics.Where.QUEUE);
      throw late();
    }
    int[] lengths = inputs.stream().mapToInt(tokens).toArray();
    return new BatchRequest<>(caller, inputs, lengths, now, now + remaining);
  }

  private void whileOpen(Runnable work) {
    lock.lock();
    try {
      if (closed) {
        metrics.refused(BatchMetrics.DRAINING);
        throw new Failure.Unavailable("DRAINING", name + " is stopping");
      }
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private void refuse(Optional<Refusal> refusal) {
    if (refusal.isPresent()) {
      metrics.refused(refusal.get().reason().name());
      throw refusal.get().failure(name);
    }
  }

  private Batched<O> await(BatchRequest<I, O> request, Deadline deadline) {
    CompletableFuture<Batched<O>> result = request.result();
    try {
      result.get(deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      request.fail(late());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      request.fail(new Failure.Cancelled());
    } catch (ExecutionException e) {
      // told below, like the other failures
    }
    if (result.state() == Future.State.SUCCESS) {
      metrics.met(request.caller());
      waited(result.resultNow().timing().queueNanos());
      return result.resultNow();
    }
    withdraw(request);
    if (request.progress.withdrawn) {
      waited(System.nanoTime() - request.arrival());
    }
    metrics.ended(request, result.exceptionNow());
    throw rethrown(result.exceptionNow());
  }

  /**
   * What waits for processors here is a matter of the door of this server; what waits for others is
   * admitted by the scheduler alone, which knows how long they take.
   */
  private void waited(long nanos) {
    if (model.isRemote()) {
      Entry.waitedElsewhere(nanos);
    } else {
      Entry.waited(nanos);
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    return cause instanceof RuntimeException failure
        ? failure
        : new Failure.Internal("the model failed", cause);
  }

  private Failure.DeadlineExceeded late() {
    return new Failure.DeadlineExceeded("the deadline passed in the queue of " + name);
  }

  private Failure.DeadlineExceeded hopeless() {
    return new Failure.DeadlineExceeded(name + " cannot finish by the deadline any more");
  }

  /** What still waits of a request that ended leaves the queue. */
  private void withdraw(BatchRequest<I, O> request) {
    locked(open -> open.remove(request, System.nanoTime()));
  }

  /** Does something with the scheduler while nobody else does. */
  private void locked(Consumer<BatchScheduler<I, O>> work) {
    lock.lock();
    try {
      work.accept(scheduler);
      metrics.queued(scheduler.queuedItems(), scheduler.queuedTokens());
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * How busy the model is: the share of its slots that was busy lately, and one more for every half
   * second that the waiting work should take.
   */
  public double utilisation() {
    lock.lock();
    try {
      return scheduler.utilisation(System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  private BatchScheduler.Learned learned() {
    lock.lock();
    try {
      return scheduler.learned(System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (Batch<I, O> batch = next(); batch != null; batch = next()) {
      runner.run(batch);
      measureRoundTrips();
    }
  }

  private void measureRoundTrips() {
    long[] nanos =
        IntStream.range(0, model.limits().replicas()).mapToLong(model::roundTripNanos).toArray();
    locked(open -> open.roundTrips(nanos));
  }

  /** Waits for a batch; none says that the batcher is closed and everything done. */
  private @Nullable Batch<I, O> next() {
    lock.lock();
    try {
      while (true) {
        Decision<I, O> decision = scheduler.next(System.nanoTime());
        drop(decision.dropped());
        switch (decision) {
          case Decision.Run<I, O>(var batch, var ignored) -> {
            metrics.queued(scheduler.queuedItems(), scheduler.queuedTokens());
            changed.signal();
            return batch;
          }
          case Decision.Wait<I, O>(long until, var ignored) -> {
            if (closed && scheduler.queuedItems() == 0) {
              changed.signalAll();
              return null;
            }
            changed.awaitNanos(until == Long.MAX_VALUE ? until : until - System.nanoTime());
          }
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts " + Thread.currentThread().getName(), e);
    } finally {
      lock.unlock();
    }
  }

  private void drop(List<BatchRequest<I, O>> dropped) {
    dropped.forEach(request -> request.fail(hopeless()));
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
    for (Thread worker : workers) {
      interrupted |= !joined(worker);
    }
    runner.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joined(Thread worker) {
    try {
      worker.join();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
