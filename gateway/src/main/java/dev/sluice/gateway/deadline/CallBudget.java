package dev.sluice.gateway.deadline;

import dev.sluice.type.v1.StagePolicy;
import io.grpc.Deadline;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The time of one call. The gateway answers a little before its caller's deadline, so that a
 * partial result or a report of what took so long still arrives.
 *
 * @param deadline when the gateway gives up
 * @param plan how the time until then is divided
 */
public record CallBudget(Deadline deadline, DeadlinePlan plan) {

  private static final long LEAST_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final double MARGIN = 0.02;

  /**
   * The budget of a call that its caller gives up at {@code outer}.
   *
   * @param policies of the stages that the call has: REQUIRED or OPTIONAL, absent means OFF
   */
  public static CallBudget within(
      Deadline outer, StageLatencies latencies, Map<Stage, StagePolicy> policies) {
    long remaining = outer.timeRemaining(TimeUnit.NANOSECONDS);
    long margin = Math.max(LEAST_MARGIN_NANOS, (long) (remaining * MARGIN));
    long left = remaining - margin;
    return new CallBudget(
        outer.offset(-margin, TimeUnit.NANOSECONDS),
        new DeadlinePlan(latencies, System.nanoTime() + left, policies));
  }

  /** When a stage that starts now must end; empty when there is too little time for it. */
  public Optional<Deadline> slice(Stage stage) {
    return plan.slice(stage, System.nanoTime()).stream().mapToObj(CallBudget::in).findFirst();
  }

  /** How many documents there is time to rerank; empty when too few. */
  public OptionalInt documents(int wanted, int least) {
    return plan.documents(wanted, least, System.nanoTime());
  }

  /** When a reranking that starts now must end. */
  public Deadline reranking() {
    return in(plan.rerankSlice(System.nanoTime()));
  }

  private static Deadline in(long nanos) {
    return Deadline.after(nanos, TimeUnit.NANOSECONDS);
  }

  public boolean spent() {
    return deadline.isExpired();
  }
}
