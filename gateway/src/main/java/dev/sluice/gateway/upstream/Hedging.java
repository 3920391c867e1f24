package dev.sluice.gateway.upstream;

import dev.sluice.gateway.balance.Attempt;
import dev.sluice.gateway.deadline.LatencyHistory;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;

/**
 * When a call of one kind is sent to a second replica. Late, once it takes longer than 95 of 100
 * did lately: within a {@link HedgeBudget}, and not while a replica is overloaded. At once, when
 * its replica is found to hang: that costs nobody work, so beyond the budget. Calls that change
 * something must not be made through this.
 */
public final class Hedging {

  private static final double LATE = 0.95;

  private final LatencyHistory latencies = new LatencyHistory();
  private final HedgeBudget budget = new HedgeBudget();
  private final Counter late;
  private final Counter moved;

  /**
   * @param call what it is named in metrics, as "embed"
   */
  public Hedging(String call, MeterRegistry registry) {
    late = counter(registry, call, "late");
    moved = counter(registry, call, "replica_hangs");
  }

  private static Counter counter(MeterRegistry registry, String call, String cause) {
    return Counter.builder("sluice.hedges")
        .description("Calls that were sent to a second replica")
        .tags("call", call, "cause", cause)
        .register(registry);
  }

  /**
   * Makes a call and waits for it. The first success counts, and cancels the other attempt. Both
   * share the deadline, and end with the caller.
   *
   * @throws StatusRuntimeException when every attempt failed
   */
  public <Q, R> Reply<R> call(
      Channel channel, MethodDescriptor<Q, R> method, CallOptions options, Q request) {
    AttemptCounter attempts = new AttemptCounter();
    Channel counted = ClientInterceptors.intercept(channel, attempts);
    R response = new HedgedCall<>(this, counted, method, options, request).run();
    return new Reply<>(response, attempts.count());
  }

  /** A call begins. Nanoseconds after which it is late; empty while that is not known. */
  synchronized OptionalLong begin(long now) {
    budget.earn();
    return latencies.quantile(LATE, now);
  }

  /** Its first attempt took at least so long. */
  synchronized void observe(long nanos, long now) {
    latencies.observe(nanos, now);
  }

  /** Whether the call should be sent to another replica, too; if so, it is counted. */
  boolean repeats(Attempt first, boolean isLate) {
    if (first.isLost()) {
      moved.increment();
      return true;
    }
    if (isLate && first.mayRepeat() && spend()) {
      late.increment();
      return true;
    }
    return false;
  }

  private synchronized boolean spend() {
    return budget.spend();
  }
}
