package dev.sluice.serving.batching;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Doubles numbers, once its gate is open; breaks on poison; otherwise does what a test says. */
final class FakeModel implements BatchModel<Integer, Integer> {

  static final int POISON = -1;
  static final int SLOTS = 2;
  static final int MAX_ITEMS = 4;
  static final int TOKENS = 10;

  /** One replica of two slots, which take four items. */
  static final BatchLimits SMALL = new BatchLimits(1, SLOTS, MAX_ITEMS, 1000, true, 1000);

  final CountDownLatch gate = new CountDownLatch(1);
  final Semaphore started = new Semaphore(0);
  final List<Integer> seen = new CopyOnWriteArrayList<>();
  final List<Context> contexts = new CopyOnWriteArrayList<>();
  final AtomicInteger largest = new AtomicInteger();

  /** A second gate, for batches that start after it was set. */
  volatile CountDownLatch held = new CountDownLatch(0);

  /** Nanoseconds there and back. */
  volatile long roundTrip;

  private final BatchLimits limits;
  private final BiFunction<List<Integer>, Integer, List<Integer>> behaviour;

  FakeModel() {
    this(SMALL, (batch, replica) -> doubled(batch));
  }

  /** What it does with a batch on a replica, once the gate is open. */
  FakeModel(BatchLimits limits, BiFunction<List<Integer>, Integer, List<Integer>> behaviour) {
    this.limits = limits;
    this.behaviour = behaviour;
  }

  static List<Integer> doubled(List<Integer> batch) {
    if (batch.contains(POISON)) {
      throw new IllegalStateException("poison");
    }
    return batch.stream().map(i -> i * 2).toList();
  }

  static Failure.Unavailable unreachable() {
    return new Failure.Unavailable("GONE", "nobody there");
  }

  @Override
  public int tokens(Integer input) {
    return TOKENS;
  }

  @Override
  public List<Integer> run(List<Integer> batch, int replica) {
    CountDownLatch hold = held;
    contexts.add(Context.current());
    started.release();
    await(gate);
    await(hold);
    seen.addAll(batch);
    List<Integer> outputs = behaviour.apply(batch, replica);
    largest.accumulateAndGet(batch.size(), Math::max);
    return outputs;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public long roundTripNanos(int replica) {
    return roundTrip;
  }
}
