package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatcherTest {

  private static final int POISON = -1;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FakeModel model = new FakeModel();
  private final Batcher<Integer, Integer> batcher =
      new Batcher<>("test", model, new BatchMetrics(registry));

  @AfterEach
  void close() {
    model.gate.countDown();
    batcher.close();
  }

  private static Deadline soon() {
    return Deadline.after(20, TimeUnit.SECONDS);
  }

  @Test
  void largeRequestsAreSplitAndPutTogetherInOrder() {
    model.gate.countDown();
    List<Integer> inputs = IntStream.range(0, 1000).boxed().toList();
    Batched<Integer> batched = batcher.run(inputs, soon());
    assertThat(batched.outputs()).isEqualTo(inputs.stream().map(i -> i * 2).toList());
    assertThat(batched.timing().batches()).isGreaterThanOrEqualTo(1000 / FakeModel.MAX_ITEMS);
    assertThat(batched.timing().tokens()).isEqualTo(1000L * FakeModel.TOKENS);
  }

  @Test
  void aPoisonedInputFailsAloneAndItsNeighboursDoNot() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      occupySlots(callers);
      List<Future<Batched<Integer>>> good = new ArrayList<>();
      CompletableFuture<Batched<Integer>> bad =
          CompletableFuture.supplyAsync(() -> batcher.run(List.of(POISON), soon()), callers);
      for (int i = 0; i < 10; i++) {
        int input = i;
        good.add(callers.submit(() -> batcher.run(List.of(input), soon())));
      }
      awaitQueued(11);
      model.gate.countDown();
      for (int i = 0; i < 10; i++) {
        assertThat(good.get(i).get().outputs()).containsExactly(i * 2);
      }
      assertThatThrownBy(bad::get).hasCauseInstanceOf(Failure.Internal.class);
    }
  }

  @Test
  void aCallerThatGoesAwayTakesItsWorkOutOfTheQueue() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      occupySlots(callers);
      var context = Context.current().withCancellation();
      Future<?> call = callers.submit(context.wrap(() -> batcher.run(List.of(7), soon())));
      awaitQueued(1);
      context.cancel(null);
      assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
      assertThat(queued()).isZero();
      model.gate.countDown();
    }
    assertThat(model.seen).doesNotContain(7);
  }

  @Test
  void anExpiredCallEndsAtItsDeadlineAndNeverReachesTheModel() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      occupySlots(callers);
      assertThatThrownBy(() -> batcher.run(List.of(7), Deadline.after(1, TimeUnit.MILLISECONDS)))
          .isInstanceOf(Failure.DeadlineExceeded.class);
      assertThat(queued()).isZero();
      model.gate.countDown();
    }
    assertThat(model.seen).doesNotContain(7);
  }

  @Test
  void aFullQueueRefusesWithATimeToRetryAfter() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      occupySlots(callers);
      callers.execute(() -> batcher.run(IntStream.range(0, 50).boxed().toList(), soon()));
      awaitQueued(50);
      assertThatThrownBy(() -> batcher.run(IntStream.range(0, 60).boxed().toList(), soon()))
          .isInstanceOfSatisfying(
              Failure.Overloaded.class,
              overloaded -> assertThat(overloaded.retryAfter().toMillis()).isBetween(10L, 2000L));
      model.gate.countDown();
    }
  }

  @Test
  void closingFinishesWhatWasAcceptedAndRefusesTheRest() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      occupySlots(callers);
      Future<Batched<Integer>> accepted = callers.submit(() -> batcher.run(List.of(5), soon()));
      awaitQueued(1);
      Future<?> closing = callers.submit(batcher::close);
      model.gate.countDown();
      closing.get();
      assertThat(accepted.get().outputs()).containsExactly(10);
      assertThatThrownBy(() -> batcher.run(List.of(6), soon()))
          .isInstanceOf(Failure.Unavailable.class);
    }
  }

  @Test
  void everyCallHasOneOutcomeUnderRandomArrivalsCancelsAndFailures() throws Exception {
    model.gate.countDown();
    Random random = new Random(42);
    AtomicInteger outcomes = new AtomicInteger();
    int calls = 2000;
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        int size = 1 + random.nextInt(12);
        int poison = random.nextInt(20);
        boolean cancel = random.nextInt(5) == 0;
        List<Integer> inputs =
            IntStream.range(0, size).map(j -> j == poison ? POISON : j).boxed().toList();
        var context = Context.current().withCancellation();
        callers.execute(
            context.wrap(() -> {
              try {
                Batched<Integer> batched = batcher.run(inputs, soon());
                assertThat(batched.outputs()).isEqualTo(inputs.stream().map(j -> j * 2).toList());
              } catch (Failure e) {
                assertThat(e)
                    .isInstanceOfAny(
                        Failure.Cancelled.class, Failure.Internal.class, Failure.Overloaded.class);
              }
              outcomes.incrementAndGet();
            }));
        if (cancel) {
          context.cancel(null);
        }
      }
    }
    assertThat(outcomes).hasValue(calls);
    assertThat(queued()).isZero();
    assertThat(registry.get("sluice.queue.tokens").gauge().value()).isZero();
  }

  /** Puts one batch on each slot, which waits there for the gate. */
  private void occupySlots(java.util.concurrent.ExecutorService callers)
      throws InterruptedException {
    for (int slot = 0; slot < FakeModel.SLOTS; slot++) {
      callers.execute(() -> batcher.run(List.of(100), soon()));
      model.started.acquire();
    }
  }

  private double queued() {
    return registry.get("sluice.queue.items").gauge().value();
  }

  private void awaitQueued(int items) {
    while (queued() < items) {
      Thread.onSpinWait();
    }
  }

  /** Doubles numbers; waits for a gate; breaks on poison. */
  private static final class FakeModel implements BatchModel<Integer, Integer> {
    static final int SLOTS = 2;
    static final int MAX_ITEMS = 4;
    static final int TOKENS = 10;

    final CountDownLatch gate = new CountDownLatch(1);
    final java.util.concurrent.Semaphore started = new java.util.concurrent.Semaphore(0);
    final List<Integer> seen = new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    public int tokens(Integer input) {
      return TOKENS;
    }

    @Override
    public List<Integer> run(List<Integer> batch, int replica) {
      started.release();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      seen.addAll(batch);
      if (batch.contains(POISON)) {
        throw new IllegalStateException("poison");
      }
      return batch.stream().map(i -> i * 2).toList();
    }

    @Override
    public BatchLimits limits() {
      return new BatchLimits(1, SLOTS, MAX_ITEMS, 1000, true, 1000);
    }
  }
}
