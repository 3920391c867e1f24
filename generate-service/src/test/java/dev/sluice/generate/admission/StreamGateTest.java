package dev.sluice.generate.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamGateTest {

  private static final Ticket TICKET = new Ticket("a", Priority.INTERACTIVE, 10, 100);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private StreamGate gate(int streams, long waitingTokens) {
    return new StreamGate(
        "test", new StreamLimits(streams, waitingTokens, 100), new GateMetrics(registry, "test"));
  }

  private static Deadline soon() {
    return Deadline.after(30, TimeUnit.SECONDS);
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private void awaitWaiting(int streams) {
    while (gauge(GateMetrics.WAITING) != streams) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theNextStartsWhenOneEnds() throws Exception {
    StreamGate gate = gate(1, 100_000);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Permit first = gate.acquire(TICKET, soon());
      Future<Permit> second = callers.submit(() -> gate.acquire(TICKET, soon()));
      awaitWaiting(1);
      assertThat(gauge(GateMetrics.RUNNING)).isOne();
      assertThat(gauge(GateMetrics.WAITING_TOKENS)).isPositive();
      first.wrote(1);
      first.complete(10, 1);
      assertThat(second.get().waitedNanos()).isPositive();
      second.get().close();
    }
    assertThat(gauge(GateMetrics.RUNNING)).isZero();
    assertThat(count(GateMetrics.TOKENS, "direction", "in")).isEqualTo(10);
    assertThat(count(GateMetrics.ENDED, "outcome", "completed")).isOne();
    assertThat(count(GateMetrics.ENDED, "outcome", "failed")).isOne();
    assertThat(registry.get(GateMetrics.WAIT).timer().count()).isEqualTo(2);
  }

  @Test
  void aCallerThatGoesAwayLeavesTheQueueAtOnce() throws Exception {
    StreamGate gate = gate(1, 100_000);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Permit first = gate.acquire(TICKET, soon());
      var context = Context.current().withCancellation();
      Future<?> waiting = submit(callers, context, gate);
      awaitWaiting(1);
      context.cancel(null);
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(Failure.Cancelled.class);
      assertThat(gauge(GateMetrics.WAITING)).isZero();
      first.close();
    }
  }

  @Test
  void aStreamWhoseDeadlinePassesInTheQueueLeavesIt() {
    StreamGate gate = gate(1, 100_000);
    Permit first = gate.acquire(TICKET, soon());
    assertThatThrownBy(() -> gate.acquire(TICKET, Deadline.after(1, TimeUnit.MILLISECONDS)))
        .isInstanceOf(Failure.DeadlineExceeded.class);
    assertThat(gauge(GateMetrics.WAITING)).isZero();
    assertThat(count(GateMetrics.EXPIRED)).isOne();
    first.close();
  }

  @Test
  void aRefusalSaysWhyAndWhenToComeBack() {
    StreamGate small = gate(1, 40);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Permit first = small.acquire(TICKET, soon());
      var context = Context.current().withCancellation();
      Future<?> waiting = submit(callers, context, small);
      awaitWaiting(1);
      assertThatThrownBy(() -> small.acquire(TICKET, soon()))
          .isInstanceOfSatisfying(
              Failure.Overloaded.class,
              overloaded -> {
                assertThat(overloaded.reason()).isEqualTo("QUEUE_FULL");
                assertThat(overloaded.retryAfter().toMillis()).isBetween(10L, 10_000L);
              });
      assertThat(count(GateMetrics.REFUSED, "reason", "queue_full")).isOne();
      context.cancel(null);
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(Failure.Cancelled.class);
      first.close();
    }
  }

  @Test
  void closingFinishesWhatWaitsAndRefusesTheRest() throws Exception {
    StreamGate gate = gate(1, 100_000);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Permit first = gate.acquire(TICKET, soon());
      Future<Permit> second = callers.submit(() -> gate.acquire(TICKET, soon()));
      awaitWaiting(1);
      Future<?> closing = callers.submit(gate::close);
      awaitDraining(gate);
      first.close();
      second.get().close();
      closing.get();
    }
  }

  private static void awaitDraining(StreamGate gate) {
    while (true) {
      try {
        gate.acquire(TICKET, Deadline.after(0, TimeUnit.NANOSECONDS)).close();
      } catch (Failure.Unavailable draining) {
        assertThat(draining.reason()).isEqualTo("DRAINING");
        return;
      } catch (Failure.DeadlineExceeded notYet) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void everyStreamIsCountedOnceUnderRandomArrivalsCancelsFailuresAndDrain() {
    StreamGate busy = gate(20, 100_000);
    Random random = new Random(42);
    AtomicInteger outcomes = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    LongAdder started = new LongAdder();
    int calls = 3000;
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        int fate = random.nextInt(8);
        int tokens = random.nextInt(30);
        long millis = random.nextInt(10) == 0 ? 1 : 30_000;
        var ticket = new Ticket("tenant " + random.nextInt(3), Priority.INTERACTIVE, 10, 100);
        var context = Context.current().withCancellation();
        callers.execute(
            context.wrap(() -> {
              try (Permit permit =
                  busy.acquire(ticket, Deadline.after(millis, TimeUnit.MILLISECONDS))) {
                started.increment();
                most.accumulateAndGet(together.incrementAndGet(), Math::max);
                write(permit, tokens);
                together.decrementAndGet();
                end(permit, fate, tokens);
              } catch (Failure failure) {
                assertThat(failure)
                    .isInstanceOfAny(
                        Failure.Cancelled.class,
                        Failure.DeadlineExceeded.class,
                        Failure.Overloaded.class,
                        Failure.Unavailable.class);
              }
              outcomes.incrementAndGet();
            }));
        if (fate == 0) {
          context.cancel(null);
        }
        if (i == calls - 50) {
          callers.execute(busy::close);
        }
      }
    }
    assertThat(outcomes).hasValue(calls);
    assertThat(most.get()).isBetween(1, 20);
    assertThat(gauge(GateMetrics.WAITING)).isZero();
    assertThat(gauge(GateMetrics.WAITING_TOKENS)).isZero();
    assertThat(gauge(GateMetrics.RUNNING)).isZero();
    assertThat(gauge(GateMetrics.OLDEST)).isZero();
    assertThat(ended()).isEqualTo((double) started.sum());
  }

  private static void write(Permit permit, int tokens) {
    for (int token = 0; token < tokens; token++) {
      permit.wrote(1);
      LockSupport.parkNanos(1000);
    }
  }

  private static void end(Permit permit, int fate, int tokens) {
    switch (fate) {
      case 1 -> permit.end(Outcome.OVERLOADED);
      case 2 -> permit.end(Outcome.LATE);
      case 3 -> permit.end(Outcome.CANCELLED);
      case 4 -> {}
      default -> permit.complete(10, tokens);
    }
  }

  private double ended() {
    return registry.get(GateMetrics.ENDED).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static Future<?> submit(
      ExecutorService callers, Context.CancellableContext context, StreamGate gate) {
    return callers.submit(context.wrap(() -> gate.acquire(TICKET, soon()).close()));
  }
}
