package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.FakeModel.POISON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real threads, a fake model: what a caller gets, whatever the model does. */
@Timeout(60)
class BatcherTest {

  private static final BatchLimits ONE_SLOT = new BatchLimits(1, 1, 64, 10_000, true, 100_000);
  private static final BatchLimits TWO_REPLICAS = new BatchLimits(2, 1, 4, 1000, true, 100_000);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private FakeModel model = new FakeModel();
  private Batcher<Integer, Integer> batcher = batcher();

  private Batcher<Integer, Integer> batcher() {
    return new Batcher<>("test", model, new BatchMetrics(registry, "test"));
  }

  /** Another model than the usual one. */
  private void use(FakeModel other) {
    batcher.close();
    registry.clear();
    model = other;
    batcher = batcher();
  }

  @AfterEach
  void close() {
    model.gate.countDown();
    callers.close();
    batcher.close();
  }

  private static Deadline soon() {
    return Deadline.after(30, TimeUnit.SECONDS);
  }

  private Future<Batched<Integer>> call(Integer... inputs) {
    return callers.submit(() -> batcher.run(List.of(inputs), soon()));
  }

  private static List<Integer> upTo(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  private static List<Integer> doubled(List<Integer> inputs) {
    return inputs.stream().map(i -> i * 2).toList();
  }

  /** Puts one batch on each slot, which waits there for the gate. */
  private void occupySlots() throws InterruptedException {
    for (int slot = 0; slot < model.limits().totalSlots(); slot++) {
      var _ = call(100);
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

  private double count(String meter) {
    return registry.find(meter).counters().stream().mapToDouble(each -> each.count()).sum();
  }

  @Test
  void largeRequestsAreSplitAndPutTogetherInOrder() {
    model.gate.countDown();
    Batched<Integer> batched = batcher.run(upTo(1000), soon());
    assertThat(batched.outputs()).isEqualTo(doubled(upTo(1000)));
    assertThat(batched.timing().batches()).isGreaterThanOrEqualTo(1000 / FakeModel.MAX_ITEMS);
    assertThat(batched.timing().tokens()).isEqualTo(1000L * FakeModel.TOKENS);
  }

  @Test
  void nothingToRunIsDoneAtOnce() {
    assertThat(batcher.run(List.of(), soon()).outputs()).isEmpty();
  }

  @Test
  void aPoisonedInputFailsAloneAndItsNeighboursDoNot() throws Exception {
    occupySlots();
    Future<?> bad = call(POISON);
    List<Future<Batched<Integer>>> good = upTo(10).stream().map(this::call).toList();
    awaitQueued(11);
    model.gate.countDown();
    for (int i = 0; i < 10; i++) {
      assertThat(good.get(i).get().outputs()).containsExactly(i * 2);
    }
    assertThatThrownBy(bad::get).hasCauseInstanceOf(Failure.Internal.class);
    assertThat(count("sluice.batch.failed")).isEqualTo(1);
  }

  @Test
  void whatStillWaitsOfAPoisonedRequestNeverReachesTheModel() throws Exception {
    var second = new CountDownLatch(1);
    use(
        new FakeModel(
            new BatchLimits(1, 1, 1, 1000, true, 1000),
            (batch, replica) -> {
              if (batch.contains(7)) {
                await(second);
              }
              return FakeModel.doubled(batch);
            }));
    model.gate.countDown();
    Future<?> bad = call(POISON, 1, 2, 3, 4);
    assertThatThrownBy(bad::get).hasCauseInstanceOf(Failure.Internal.class);
    assertThat(queued()).isZero();
    Future<Batched<Integer>> next = call(7);
    second.countDown();
    assertThat(next.get().outputs()).containsExactly(14);
    assertThat(model.seen).doesNotContain(4);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aModelWithTooFewOutputsFailsOnlyWhatItFailsAlone() throws Exception {
    use(
        new FakeModel(
            ONE_SLOT,
            (batch, replica) -> batch.size() > 1 ? List.of(0) : FakeModel.doubled(batch)));
    model.gate.countDown();
    assertThat(batcher.run(upTo(20), soon()).outputs()).isEqualTo(doubled(upTo(20)));
    assertThat(count("sluice.batch.splits")).isPositive();
  }

  @Test
  void aModelWithNoOutputForAnItemIsFoundOut() {
    use(new FakeModel(ONE_SLOT, (batch, replica) -> Collections.nCopies(batch.size(), null)));
    model.gate.countDown();
    assertThatThrownBy(() -> batcher.run(List.of(1, 2), soon()))
        .isInstanceOf(Failure.Internal.class);
  }

  @Test
  void anErrorOfTheModelEndsNoThread() {
    var broken = new AtomicBoolean(true);
    use(
        new FakeModel(
            ONE_SLOT,
            (batch, replica) -> {
              Thread.currentThread().interrupt();
              if (broken.get()) {
                throw new StackOverflowError();
              }
              return FakeModel.doubled(batch);
            }));
    model.gate.countDown();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> batcher.run(List.of(1, 2), soon()))
          .isInstanceOf(Failure.Internal.class);
    }
    broken.set(false);
    for (int i = 0; i < 5; i++) {
      assertThat(batcher.run(List.of(1, 2), soon()).outputs()).containsExactly(2, 4);
    }
  }

  @Test
  void aModelThatRunsOutOfMemoryGetsSmallerBatchesAndEveryItemItsResult() {
    use(
        new FakeModel(
            ONE_SLOT,
            (batch, replica) -> {
              if (batch.size() > 4) {
                throw new ModelMemoryException("too much", new OutOfMemoryError());
              }
              return FakeModel.doubled(batch);
            }));
    model.gate.countDown();
    assertThat(batcher.run(upTo(64), soon()).outputs()).isEqualTo(doubled(upTo(64)));
    assertThat(model.largest.get()).isBetween(1, 4);
    double splits = count("sluice.batch.splits");
    assertThat(batcher.run(upTo(64), soon()).outputs()).isEqualTo(doubled(upTo(64)));
    assertThat(count("sluice.batch.splits")).as("it was learned").isEqualTo(splits);
    assertThat(model.largest.get()).as("and not overdone").isBetween(2, 4);
  }

  @Test
  void anItemThatNeverFitsTheMemoryIsToldSo() {
    use(
        new FakeModel(
            ONE_SLOT,
            (batch, replica) -> {
              throw new ModelMemoryException("too much", new OutOfMemoryError());
            }));
    model.gate.countDown();
    assertThatThrownBy(() -> batcher.run(List.of(1), soon()))
        .isInstanceOfSatisfying(
            Failure.Unavailable.class,
            failure -> assertThat(failure.reason()).isEqualTo("MODEL_MEMORY"));
  }

  @Test
  void itemsOfAReplicaThatCannotBeReachedRunOnAnother() throws Exception {
    var both = new CountDownLatch(2);
    use(
        new FakeModel(
            TWO_REPLICAS,
            (batch, replica) -> {
              both.countDown();
              await(both);
              if (replica == 0) {
                throw FakeModel.unreachable();
              }
              return FakeModel.doubled(batch);
            }));
    model.gate.countDown();
    assertThat(batcher.run(upTo(50), soon()).outputs()).isEqualTo(doubled(upTo(50)));
    assertThat(batcher.run(upTo(50), soon()).outputs()).isEqualTo(doubled(upTo(50)));
  }

  @Test
  void nobodyWaitsForReplicasOfWhichNoneCanBeReached() {
    use(
        new FakeModel(
            TWO_REPLICAS,
            (batch, replica) -> {
              throw FakeModel.unreachable();
            }));
    model.gate.countDown();
    assertThatThrownBy(() -> batcher.run(upTo(50), soon())).isInstanceOf(Failure.Unavailable.class);
    assertThat(queued()).isZero();
  }

  @Test
  void aReplicaThatGoesAwayWhileABatchIsSplitIsNotAskedForEachItem() {
    var calls = new AtomicInteger();
    use(
        new FakeModel(
            ONE_SLOT,
            (batch, replica) -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
              }
              throw FakeModel.unreachable();
            }));
    model.gate.countDown();
    assertThatThrownBy(() -> batcher.run(upTo(32), soon())).isInstanceOf(Failure.Unavailable.class);
    assertThat(calls).hasValueLessThanOrEqualTo(3);
  }

  @Test
  void aCallerThatGoesAwayTakesItsWorkOutOfTheQueue() throws Exception {
    occupySlots();
    var context = Context.current().withCancellation();
    Future<?> call = callers.submit(context.wrap(() -> batcher.run(List.of(7), soon())));
    awaitQueued(1);
    context.cancel(null);
    assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
    assertThat(queued()).isZero();
    model.gate.countDown();
    batcher.close();
    assertThat(model.seen).doesNotContain(7);
    assertThat(cancelled("queue")).isEqualTo(1);
  }

  private double cancelled(String where) {
    return registry.get("sluice.batch.cancelled").tag("where", where).counter().count();
  }

  @Test
  void aCallerThatWentAwayBeforeIsNotServed() throws Exception {
    occupySlots();
    var context = Context.current().withCancellation();
    context.cancel(null);
    Future<?> call = callers.submit(context.wrap(() -> batcher.run(List.of(7), soon())));
    assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
    assertThat(queued()).isZero();
  }

  @Test
  void theModelIsStoppedWhenTheLastMemberIsGoneAndNotBefore() throws Exception {
    use(new FakeModel(ONE_SLOT, (batch, replica) -> FakeModel.doubled(batch)));
    var stay = new CountDownLatch(1);
    occupySlots();
    List<Context.CancellableContext> contexts = new ArrayList<>();
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int input = i;
      var context = Context.current().withCancellation();
      contexts.add(context);
      calls.add(callers.submit(context.wrap(() -> batcher.run(List.of(input), soon()))));
    }
    awaitQueued(3);
    var stopped = new CountDownLatch(1);
    model.held = stay;
    model.gate.countDown();
    model.started.acquire();
    Context running = model.contexts.get(1);
    running.addListener(ended -> stopped.countDown(), Runnable::run);
    contexts.get(0).cancel(null);
    contexts.get(1).cancel(null);
    assertThat(running.isCancelled()).isFalse();
    contexts.get(2).cancel(null);
    assertThat(running.isCancelled()).isTrue();
    assertThat(stopped.getCount()).isZero();
    stay.countDown();
    for (Future<?> call : calls) {
      assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
    }
    assertThat(call(5).get().outputs()).as("the slot is free").containsExactly(10);
    assertThat(cancelled("inflight")).isEqualTo(3);
  }

  @Test
  void aModelThatHangsIsGivenUpAndItsSlotIsUsedAgainWhenItReturns() throws Exception {
    use(new FakeModel(ONE_SLOT, (batch, replica) -> FakeModel.doubled(batch)));
    model.gate.countDown();
    for (int batch = 0; batch < 4; batch++) {
      batcher.run(List.of(batch), soon());
    }
    var stay = new CountDownLatch(1);
    model.held = stay;
    Future<?> hanging = call(1, 2);
    assertThatThrownBy(hanging::get)
        .cause()
        .isInstanceOfSatisfying(
            Failure.Unavailable.class,
            failure -> assertThat(failure.reason()).isEqualTo("MODEL_STALLED"));
    assertThat(model.contexts.getLast().isCancelled()).isTrue();
    Future<Batched<Integer>> next = call(3);
    awaitQueued(1);
    stay.countDown();
    assertThat(next.get().outputs()).containsExactly(6);
  }

  @Test
  void aCallThatRunsAtItsDeadlineIsLateAndTheModelIsNotBlamed() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> batcher.run(List.of(7), Deadline.after(5, TimeUnit.MILLISECONDS)))
          .isInstanceOf(Failure.DeadlineExceeded.class);
    }
    assertThat(missed()).isEqualTo(20);
  }

  private double missed() {
    return registry.get("sluice.batch.deadline").tag("result", "missed").counters().stream()
        .mapToDouble(each -> each.count())
        .sum();
  }

  @Test
  void anExpiredCallEndsAtItsDeadlineAndNeverReachesTheModel() throws Exception {
    occupySlots();
    assertThatThrownBy(() -> batcher.run(List.of(7), Deadline.after(1, TimeUnit.MILLISECONDS)))
        .isInstanceOf(Failure.DeadlineExceeded.class);
    assertThatThrownBy(() -> batcher.run(List.of(7), Deadline.after(-1, TimeUnit.MILLISECONDS)))
        .isInstanceOf(Failure.DeadlineExceeded.class);
    assertThat(queued()).isZero();
    model.gate.countDown();
    batcher.close();
    assertThat(model.seen).doesNotContain(7);
    assertThat(missed()).isEqualTo(2);
  }

  @Test
  void aFullQueueRefusesWithAReasonAndATimeToRetryAfter() throws Exception {
    occupySlots();
    var _ = callers.submit(() -> batcher.run(upTo(50), soon()));
    awaitQueued(50);
    assertThatThrownBy(() -> batcher.run(upTo(60), soon()))
        .isInstanceOfSatisfying(
            Failure.Overloaded.class,
            overloaded -> {
              assertThat(overloaded.reason()).isEqualTo("QUEUE_FULL");
              assertThat(overloaded.retryAfter().toMillis()).isBetween(10L, 2000L);
            });
  }

  @Test
  void closingFinishesWhatWasAcceptedRefusesTheRestAndEndsTheThreads() throws Exception {
    occupySlots();
    List<Future<Batched<Integer>>> accepted = upTo(40).stream().map(this::call).toList();
    awaitQueued(40);
    Future<?> closing = callers.submit(batcher::close);
    while (!refusesAsDraining()) {
      Thread.onSpinWait();
    }
    model.gate.countDown();
    closing.get();
    for (int i = 0; i < 40; i++) {
      assertThat(accepted.get(i).get().outputs()).containsExactly(i * 2);
    }
    assertThat(refusesAsDraining()).isTrue();
    assertThat(workers()).isEmpty();
    batcher.close();
  }

  private boolean refusesAsDraining() {
    try {
      batcher.run(List.of(6), Deadline.after(1, TimeUnit.MILLISECONDS));
    } catch (Failure.Unavailable e) {
      return e.reason().equals("DRAINING");
    } catch (Failure e) {
      return false;
    }
    return false;
  }

  private static List<String> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("test-batch-"))
        .toList();
  }

  @Test
  void closingAnIdleBatcherEndsItsThreads() {
    batcher.close();
    assertThat(workers()).isEmpty();
  }

  /** Nothing happens meanwhile that would wake a worker: the one that waits for the time does. */
  @Test
  void aBatchIsSentAheadWhileAnotherRunsAndNoMoreThanOne() throws Exception {
    var far = new FakeModel(ONE_SLOT, (batch, replica) -> FakeModel.doubled(batch));
    far.roundTrip = 1_000_000;
    use(far);
    Future<Batched<Integer>> first = call(1);
    model.started.acquire();
    Future<Batched<Integer>> second = call(2);
    model.started.acquire();
    Future<Batched<Integer>> third = call(3);
    awaitQueued(1);
    assertThat(model.contexts).hasSize(2);
    model.gate.countDown();
    assertThat(first.get().outputs()).containsExactly(2);
    assertThat(second.get().outputs()).containsExactly(4);
    assertThat(third.get().outputs()).containsExactly(6);
  }

  /** Each caller calls again when it is answered: a wake-up that is lost would be the last. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 0", "5, 0", "1, 300000", "2, 300000", "3, 300000", "5, 300000"})
  void noCallIsForgottenHoweverTheyInterleave(int clients, long roundTrip) throws Exception {
    var quick = new FakeModel(ONE_SLOT, (batch, replica) -> FakeModel.doubled(batch));
    quick.roundTrip = roundTrip;
    use(quick);
    model.gate.countDown();
    List<Future<?>> calls = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      calls.add(
          callers.submit(() -> {
            for (int i = 0; i < 500; i++) {
              assertThat(batcher.run(List.of(i), Deadline.after(10, TimeUnit.MINUTES)).outputs())
                  .containsExactly(2 * i);
            }
          }));
    }
    for (Future<?> call : calls) {
      call.get();
    }
  }
}
