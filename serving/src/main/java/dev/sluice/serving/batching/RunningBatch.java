package dev.sluice.serving.batching;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Items while a model runs them: the model's call is cancelled when nobody waits for any of them
 * any more, and when it takes longer than the watchdog allows; then those who wait are told so,
 * whether the model listens or not. Those whose deadline has passed know by their own clock.
 */
final class RunningBatch<I, O> implements AutoCloseable {

  private final Context.CancellableContext context;

  /**
   * @param watchdogNanos how long the model may take
   */
  RunningBatch(
      String name,
      List<BatchRequest<I, O>> requests,
      long watchdogNanos,
      ScheduledExecutorService timer) {
    Deadline watchdog = Deadline.after(watchdogNanos, TimeUnit.NANOSECONDS);
    context = Context.current().withDeadline(watchdog, timer);
    context.addListener(ended -> stalled(name, requests, ended), Runnable::run);
    var waiting = new AtomicInteger(requests.size());
    for (BatchRequest<I, O> request : requests) {
      request.whenEnded(() -> {
        if (waiting.decrementAndGet() == 0) {
          context.cancel(null);
        }
      });
    }
  }

  private void stalled(String name, List<BatchRequest<I, O>> requests, Context ended) {
    if (ended.cancellationCause() instanceof TimeoutException) {
      long now = System.nanoTime();
      requests.stream()
          .filter(request -> !request.expired(now))
          .forEach(request ->
              request.fail(
                  new Failure.Unavailable(
                      "MODEL_STALLED", name + " model did not answer in time")));
    }
  }

  /** Runs the model in the context that is cancelled. */
  List<O> run(Supplier<List<O>> model) {
    Context previous = context.attach();
    try {
      return model.get();
    } finally {
      context.detach(previous);
      var _ = Thread.interrupted(); // a model may leave it so, and this thread has more to do
    }
  }

  /** Whether it was cancelled while it ran, for one of the two reasons. */
  boolean isCancelled() {
    return context.isCancelled();
  }

  @Override
  public void close() {
    context.cancel(null);
  }
}
