package dev.sluice.gateway.search;

import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;

/**
 * The time of one call. The gateway answers a little before its caller's deadline, so that a
 * partial result or a report of what took so long still arrives.
 */
public record CallBudget(Deadline deadline) {

  private static final long LEAST_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final double MARGIN = 0.02;

  /** The budget of a call that its caller gives up at {@code outer}. */
  public static CallBudget within(Deadline outer) {
    long remaining = outer.timeRemaining(TimeUnit.NANOSECONDS);
    long margin = Math.max(LEAST_MARGIN_NANOS, (long) (remaining * MARGIN));
    return new CallBudget(outer.offset(-margin, TimeUnit.NANOSECONDS));
  }

  /** The deadline of a stage that may use a share of what is left. */
  public Deadline share(double share) {
    long remaining = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    return Deadline.after((long) (remaining * share), TimeUnit.NANOSECONDS);
  }

  public boolean spent() {
    return deadline.isExpired();
  }
}
