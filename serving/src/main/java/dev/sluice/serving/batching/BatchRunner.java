package dev.sluice.serving.batching;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.logs.RequestText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one batch on the model and gives the outputs to who waits for them. A batch of several items
 * that breaks the model is split and run again, so that only the item which the model cannot take
 * fails; one that finds its replica unreachable goes back to the queue once. Owns the watchdog's
 * thread.
 */
final class BatchRunner<I, O> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final String name;
  private final BatchModel<I, O> model;
  private final BatchMetrics metrics;
  private final Consumer<Consumer<BatchScheduler<I, O>>> scheduler;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param scheduler does something with the scheduler while nobody else does
   */
  BatchRunner(
      String name,
      BatchModel<I, O> model,
      BatchMetrics metrics,
      Consumer<Consumer<BatchScheduler<I, O>>> scheduler) {
    this.name = name;
    this.model = model;
    this.metrics = metrics;
    this.scheduler = scheduler;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(name + "-watchdog").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Runs a batch; every one of its requests has its outcome, or waits again, when it returns. */
  void run(Batch<I, O> batch) {
    BatchSpan span = BatchSpan.start(metrics.model(), batch);
    span.around(() -> run(batch, span));
  }

  private void run(Batch<I, O> batch, BatchSpan span) {
    metrics.started(batch);
    long start = System.nanoTime();
    try {
      List<O> outputs = outputs(batch.items(), batch);
      long end = System.nanoTime();
      scheduler.accept(
          open -> metrics.finished(batch, end - batch.sentAt(), open.finished(batch, end)));
      deliver(batch.items(), outputs, batch.sentAt(), end - start);
    } catch (Stopped stopped) {
      span.failed();
      scheduler.accept(open -> open.stopped(batch, System.nanoTime()));
    } catch (Failure.Unavailable | Failure.Overloaded e) {
      span.failed();
      giveBack(batch, e);
    } catch (RuntimeException | Error e) { // the outermost frame of this thread
      span.failed();
      try {
        isolate(batch, batch.items(), e);
      } finally {
        free(batch);
      }
    }
  }

  private void free(Batch<I, O> batch) {
    scheduler.accept(open -> open.failed(batch, System.nanoTime()));
  }

  /** Nobody waits for the batch any more, or the watchdog stopped it. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private List<O> outputs(List<BatchItem<I, O>> items, Batch<I, O> batch) {
    List<I> inputs = items.stream().map(item -> item.input).toList();
    try (var running = new RunningBatch<>(name, requests(items), patience(items, batch), timer)) {
      return outputs(running, inputs, batch.replica());
    }
  }

  private List<O> outputs(RunningBatch<I, O> running, List<I> inputs, int replica) {
    List<O> outputs;
    try {
      outputs = running.run(() -> model.run(inputs, replica));
    } catch (RuntimeException e) {
      if (running.isCancelled()) {
        throw new Stopped();
      }
      throw e;
    }
    long given = outputs.stream().filter(Objects::nonNull).count();
    if (given != inputs.size() || outputs.size() != inputs.size()) {
      throw new IllegalStateException(
          "model returned " + given + " outputs for " + inputs.size() + " inputs");
    }
    return outputs;
  }

  private static <I, O> List<BatchRequest<I, O>> requests(List<BatchItem<I, O>> items) {
    return items.stream().map(item -> item.request).distinct().toList();
  }

  /** Nanoseconds that the model may take. */
  private static <I, O> long patience(List<BatchItem<I, O>> items, Batch<I, O> batch) {
    long now = System.nanoTime();
    long last = now;
    for (BatchItem<I, O> item : items) {
      last = Math.max(last, item.request.deadline());
    }
    return Math.min(last - now, batch.patienceNanos());
  }

  private void giveBack(Batch<I, O> batch, Failure failure) {
    scheduler.accept(open ->
        open.unreachable(batch, System.nanoTime()).forEach(request -> request.fail(failure)));
  }

  /** Runs the halves of what failed, down to the single items that fail. */
  private void isolate(Batch<I, O> batch, List<BatchItem<I, O>> items, Throwable problem) {
    if (problem instanceof ModelMemoryException) {
      LOG.warn(
          "{} model ran out of memory: batches are smaller for a minute",
          name,
          RequestText.of(problem));
      long tokens = padded(items);
      scheduler.accept(open -> open.outOfMemory(tokens, System.nanoTime()));
    }
    if (items.size() == 1) {
      items.getFirst().request.fail(failure(problem));
      return;
    }
    metrics.split();
    int half = items.size() / 2;
    retry(batch, items.subList(0, half));
    retry(batch, items.subList(half, items.size()));
  }

  private void retry(Batch<I, O> batch, List<BatchItem<I, O>> half) {
    List<BatchItem<I, O>> items = half.stream().filter(item -> !item.request.ended()).toList();
    if (items.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    try {
      List<O> outputs = outputs(items, batch);
      long end = System.nanoTime();
      scheduler.accept(open -> open.delivered(items, end));
      deliver(items, outputs, start, end - start);
    } catch (Stopped stopped) {
      return;
    } catch (Failure.Unavailable | Failure.Overloaded e) { // not the fault of any item
      items.forEach(item -> item.request.fail(e));
    } catch (RuntimeException | Error e) { // the outermost frame of this thread
      isolate(batch, items, e);
    }
  }

  private RuntimeException failure(Throwable problem) {
    return switch (problem) {
      case Failure failure -> failure;
      case ModelMemoryException memory ->
          new Failure.Unavailable("MODEL_MEMORY", name + " model has too little memory just now");
      default -> new Failure.Internal(name + " model failed", problem);
    };
  }

  private void deliver(List<BatchItem<I, O>> items, List<O> outputs, long sentAt, long nanos) {
    long padded = padded(items);
    Map<BatchRequest<I, O>, BatchTiming> members = new HashMap<>();
    for (BatchItem<I, O> item : items) {
      long waited = sentAt - item.request.arrival();
      var share = new BatchTiming(waited, 0, 0, item.tokens, padded / items.size());
      members.merge(item.request, share, BatchTiming::plus);
    }
    var batchItself = new BatchTiming(0, nanos, 1, 0, 0);
    members.forEach((request, share) -> request.ran(share.plus(batchItself)));
    for (int i = 0; i < items.size(); i++) {
      items.get(i).request.complete(items.get(i).index, outputs.get(i));
    }
  }

  /** Tokens that the model computes for these items together. */
  private long padded(List<BatchItem<I, O>> items) {
    long longest = items.stream().mapToLong(item -> item.tokens).max().orElse(0);
    long sum = items.stream().mapToLong(item -> item.tokens).sum();
    return model.limits().cost(items.size(), longest, sum);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
