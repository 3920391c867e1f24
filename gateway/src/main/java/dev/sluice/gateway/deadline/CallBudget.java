package dev.sluice.gateway.deadline;

import dev.sluice.type.v1.StagePolicy;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The time of one call. The gateway answers a little before its caller's deadline, so that a
 * partial result or a report of what took so long still arrives. Deadlines and times are those of
 * one clock.
 */
public final class CallBudget {

  private static final long LEAST_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final double MARGIN = 0.02;

  private final Deadline deadline;
  private final DeadlinePlan plan;
  private final Deadline.Ticker clock;

  private CallBudget(Deadline deadline, DeadlinePlan plan, Deadline.Ticker clock) {
    this.deadline = deadline;
    this.plan = plan;
    this.clock = clock;
  }

  /**
   * The budget of a call that its caller gives up at {@code outer}, a deadline by {@code clock}.
   *
   * @param policies of the stages that the call has: REQUIRED or OPTIONAL, absent means OFF
   */
  public static CallBudget within(
      Deadline outer,
      StageLatencies latencies,
      Map<Stage, StagePolicy> policies,
      Deadline.Ticker clock) {
    long remaining = outer.timeRemaining(TimeUnit.NANOSECONDS);
    long margin = Math.max(LEAST_MARGIN_NANOS, (long) (remaining * MARGIN));
    return new CallBudget(
        outer.offset(-margin, TimeUnit.NANOSECONDS),
        new DeadlinePlan(latencies, clock.nanoTime() + remaining - margin, policies),
        clock);
  }

  /** When the gateway gives up. */
  public Deadline deadline() {
    return deadline;
  }

  /** Whether the gateway gives up. */
  public boolean spent() {
    return deadline.isExpired();
  }

  /** When a stage that starts now must end; empty when there is too little time for it. */
  public Optional<Deadline> slice(Stage stage) {
    return plan.slice(stage, now()).stream().mapToObj(this::in).findFirst();
  }

  /** The same, and after so long at most. */
  public Optional<Deadline> slice(Stage stage, Duration most) {
    return slice(stage).map(slice -> slice.minimum(in(most.toNanos())));
  }

  /** When the half of what is left has passed: something else can be tried then. */
  public Deadline half() {
    return in(plan.remaining(now()) / 2);
  }

  /** How many documents there is time to rerank; empty when too few. */
  public OptionalInt documents(int wanted, int least) {
    return plan.documents(wanted, least, now());
  }

  /** When a reranking that starts now must end. */
  public Deadline reranking() {
    return in(plan.rerankSlice(now()));
  }

  /** Part of a generation's usual time that is left for it; 1 or more is enough. */
  public double generationPart() {
    return plan.generationPart(now());
  }

  /** Whether it is time to try a stage that does not fit. */
  public boolean probe(Stage stage) {
    return plan.probe(stage, now());
  }

  private long now() {
    return clock.nanoTime();
  }

  private Deadline in(long nanos) {
    return Deadline.after(nanos, TimeUnit.NANOSECONDS, clock);
  }
}
