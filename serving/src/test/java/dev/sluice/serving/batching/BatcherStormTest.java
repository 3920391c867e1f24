package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything at once: sizes, deadlines, tenants, priorities, cancels, poison, slow batches, lost
 * replicas, too little memory, too few outputs, and a close in the middle. Every call has one
 * outcome, every output belongs to its input, and nothing is left over.
 */
@Timeout(120)
class BatcherStormTest {

  private static final int CALLS = 1500;
  private static final int POISON = 997;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyCallHasOneOutcomeWhateverHappens(long seed) throws Exception {
    var random = new Random(seed);
    var model = new StormyModel(seed);
    var batcher = new Batcher<Integer, Integer>("storm", model, new BatchMetrics(registry, "test"));
    List<Future<?>> calls = new ArrayList<>();
    var ended = new AtomicInteger();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLS; i++) {
        Runnable call = call(batcher, random, i);
        calls.add(
            callers.submit(() -> {
              call.run();
              ended.incrementAndGet();
            }));
        LockSupport.parkNanos(random.nextInt(3) == 0 ? random.nextInt(3_000_000) : 1);
        if (i == CALLS * 9 / 10) {
          calls.add(callers.submit(batcher::close));
        }
      }
    }
    for (Future<?> call : calls) {
      call.get();
    }
    assertThat(ended).hasValue(CALLS);
    assertThat(outcomes()).as("each counted once").isEqualTo(CALLS);
    assertThat(registry.get("sluice.queue.items").gauge().value()).isZero();
    assertThat(registry.get("sluice.queue.tokens").gauge().value()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("storm-batch-"));
  }

  private double outcomes() {
    return List.of("deadline", "cancelled", "refused", "failed").stream()
        .flatMap(name -> registry.find("sluice.batch." + name).counters().stream())
        .mapToDouble(Counter::count)
        .sum();
  }

  /** A call of random size, urgency and fate. */
  private static Runnable call(Batcher<Integer, Integer> batcher, Random random, int number) {
    List<Integer> inputs =
        random.ints(1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 5), 1, 500).boxed().toList();
    boolean poisoned = random.nextInt(50) == 0;
    List<Integer> all = poisoned ? with(inputs, POISON) : inputs;
    long millis = random.nextInt(5) == 0 ? random.nextLong(1, 11) : random.nextLong(200, 10_200);
    var priority = random.nextBoolean() ? Priority.BULK : Priority.INTERACTIVE;
    var context = new Caller("tenant-" + number % 7, priority).in(Context.ROOT).withCancellation();
    boolean cancelled = random.nextInt(5) == 0;
    long patience = random.nextLong(5_000_000);
    return () -> {
      if (cancelled) {
        Thread.ofVirtual()
            .start(() -> {
              LockSupport.parkNanos(patience);
              context.cancel(null);
            });
      }
      context.run(() -> assertOutcome(batcher, all, Deadline.after(millis, TimeUnit.MILLISECONDS)));
    };
  }

  private static List<Integer> with(List<Integer> inputs, int more) {
    List<Integer> all = new ArrayList<>(inputs);
    all.add(more);
    return List.copyOf(all);
  }

  private static void assertOutcome(
      Batcher<Integer, Integer> batcher, List<Integer> inputs, Deadline deadline) {
    try {
      Batched<Integer> batched = batcher.run(inputs, deadline);
      assertThat(batched.outputs()).isEqualTo(inputs.stream().map(i -> i * 2).toList());
      assertThat(inputs).doesNotContain(POISON);
    } catch (Failure e) {
      assertThat(e)
          .isInstanceOfAny(
              Failure.Cancelled.class,
              Failure.DeadlineExceeded.class,
              Failure.Internal.class,
              Failure.Overloaded.class,
              Failure.Unavailable.class);
    }
  }

  /** Doubles numbers on two replicas of two slots some way off, and seldom as it should. */
  private static final class StormyModel implements BatchModel<Integer, Integer> {
    private final Random random;

    StormyModel(long seed) {
      random = new Random(~seed);
    }

    private synchronized int dice(int sides) {
      return random.nextInt(sides);
    }

    @Override
    public int tokens(Integer input) {
      return input;
    }

    @Override
    public List<Integer> run(List<Integer> batch, int replica) {
      LockSupport.parkNanos(dice(100) == 0 ? 50_000_000L : 100_000L + 10_000L * batch.size());
      if (batch.contains(POISON)) {
        throw new IllegalStateException("poison");
      }
      List<Integer> outputs = batch.stream().map(i -> i * 2).toList();
      return switch (dice(60)) {
        case 0 -> throw new IllegalStateException("now and then");
        case 1 -> throw new Failure.Unavailable("GONE", "nobody there");
        case 2 -> throw new ModelMemoryException("too much", new OutOfMemoryError());
        case 3 -> throw new StackOverflowError();
        case 4 -> outputs.subList(1, outputs.size());
        case 5 -> IntStream.range(0, 500).boxed().toList();
        case 6 -> untilCancelled(outputs);
        default -> outputs;
      };
    }

    /** Hangs until nobody waits any more, at most for some milliseconds. */
    private static List<Integer> untilCancelled(List<Integer> outputs) {
      long end = System.nanoTime() + 20_000_000;
      while (!Context.current().isCancelled() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(100_000);
      }
      return outputs;
    }

    @Override
    public BatchLimits limits() {
      return new BatchLimits(2, 2, 32, 4096, true, 200_000);
    }

    @Override
    public long roundTripNanos(int replica) {
      return dice(3) * 100_000L;
    }
  }
}
