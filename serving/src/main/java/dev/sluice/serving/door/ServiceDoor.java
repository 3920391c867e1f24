package dev.sluice.serving.door;

import dev.sluice.serving.failure.Failure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts the calls of one service: lets in as many as its {@link CallLimit} says, and shares them
 * among tenants. A call is good that takes a quarter of its time at most. One that a service behind
 * refuses for having too much work is not, and counts as if it had waited for as long. Pure but for
 * its metrics; times are {@code System.nanoTime}.
 */
final class ServiceDoor {

  /** Deadlines shorter than this are their callers' own trouble, and tell nothing of the load. */
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(250);

  /** A longer one is no licence to have all others wait. */
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

  private static final double GOOD = 0.25;

  private static final long SHORTEST_RETRY = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(2);

  private final CallLimit limit;
  private final DoorMetrics metrics;
  private final TenantSlots slots = new TenantSlots();
  private int inside;
  private double meanNanos;

  ServiceDoor(String service, CallLimit limit, MeterRegistry registry) {
    this.limit = limit;
    this.metrics = new DoorMetrics(registry, service, this::inside, this::limit);
  }

  /**
   * A call comes.
   *
   * @param time nanoseconds that its caller has
   * @throws Failure.Overloaded when there is no room for it
   */
  synchronized Counted enter(String tenant, long time, long now) {
    TenantSlots.Account account = slots.asked(tenant, now);
    if (inside >= limit.value() && !slots.hasRoom(account, limit.value())) {
      limit.refused();
      metrics.refused(DoorMetrics.Reason.CALL_LIMIT);
      throw new Failure.Overloaded(
          DoorMetrics.Reason.CALL_LIMIT.name(),
          "the server has as many calls as it can answer in time",
          retry());
    }
    inside++;
    account.entered();
    limit.entered(inside);
    return new Counted(account, time, now);
  }

  /** A call is not let in for another reason. */
  void refused(DoorMetrics.Reason reason) {
    metrics.refused(reason);
  }

  /** When about half of the calls that are in will have ended. */
  private Duration retry() {
    return Duration.ofNanos(
        (long) Math.clamp(meanNanos, (double) SHORTEST_RETRY, (double) LONGEST_RETRY));
  }

  /**
   * A call has its answer.
   *
   * @param queued nanoseconds that it waited for its turn, here and behind
   * @param refusedBehind whether a service behind had too much work for a part of it
   */
  synchronized void ended(Counted call, long queued, boolean refusedBehind, long now) {
    long taken = now - call.enteredAt;
    inside--;
    call.account.left();
    meanNanos += (taken - meanNanos) / 16;
    long good = (long) (GOOD * Math.clamp(call.time, SHORTEST, LONGEST));
    if (refusedBehind && call.time >= SHORTEST) {
      limit.ended(call.enteredAt, Math.clamp(taken - 1, 1, good), good, now);
    } else {
      limit.ended(call.enteredAt, good, queued, now);
    }
  }

  private synchronized int inside() {
    return inside;
  }

  private synchronized int limit() {
    return limit.value();
  }

  /** A call that is in. */
  record Counted(TenantSlots.Account account, long time, long enteredAt) {}
}
