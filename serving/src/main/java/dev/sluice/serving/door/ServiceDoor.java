package dev.sluice.serving.door;

import dev.sluice.serving.failure.Failure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Counts the calls of one service: lets in as many as its {@link CallLimit} says, and shares them
 * among tenants. Pure but for its metrics; times are {@code System.nanoTime}.
 */
final class ServiceDoor {

  private static final long SHORTEST_RETRY = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(2);

  private final CallLimit limit;
  private final DoorMetrics metrics;
  private final TenantSlots slots;
  private final SortedSet<Counted> awaited =
      new TreeSet<>(
          Comparator.<Counted>comparingLong(call -> call.watched.dueAt())
              .thenComparingLong(Counted::number));
  private long entered;
  private int beyond;
  private double meanNanos;

  ServiceDoor(String service, CallLimit limit, TenantSlots slots, MeterRegistry registry) {
    this.limit = limit;
    this.slots = slots;
    this.metrics = new DoorMetrics(registry, service, this::inside, this::limit);
  }

  /**
   * A call comes.
   *
   * @param time nanoseconds that its caller has
   * @param admitted whether it is a part of a call that another door let in: it may come in beyond
   *     the limit, where it takes nobody's place, while there are no more calls than one would
   *     begin with
   * @throws Failure.Overloaded when there is no room for it
   */
  synchronized Counted enter(String tenant, long time, boolean admitted, long now) {
    countOverdue(now);
    limit.age(now);
    TenantSlots.Account account = slots.asked(tenant, now);
    boolean isBeyond = !hasRoom(account, now);
    if (isBeyond && !(admitted && inside() < limit.start())) {
      limit.refused();
      metrics.refused(DoorMetrics.Reason.CALL_LIMIT);
      throw new Failure.Overloaded(
          DoorMetrics.Reason.CALL_LIMIT.name(),
          "the server has as many calls as it can answer in time",
          retry());
    }
    slots.entered(account, now);
    limit.entered();
    beyond += isBeyond ? 1 : 0;
    var call = new Counted(account, new WatchedCall(time, now), entered++, isBeyond);
    awaited.add(call);
    return call;
  }

  /** Shares are for some beyond the limit, and not for everybody. */
  private boolean hasRoom(TenantSlots.Account account, long now) {
    int most = limit.value();
    int within = inside() - beyond;
    return within < most || (within < 2 * most && slots.hasRoom(account, most, now));
  }

  /** Calls that take longer than is good are known to be slow, before they end. */
  private void countOverdue(long now) {
    while (!awaited.isEmpty() && awaited.first().watched.dueAt() - now < 0) {
      limit.overdue(awaited.removeFirst().watched, now);
    }
  }

  /** A call waited for its turn for so many nanoseconds, here or behind. */
  synchronized void queued(Counted call, long nanos, long now) {
    tell(call, now, () -> call.watched.queued(nanos));
  }

  /** A service behind had too much work for a part of a call. */
  synchronized void refusedBehind(Counted call, long now) {
    tell(call, now, call.watched::refusedBehind);
  }

  /** A part of a call was left out for want of time. */
  synchronized void shortened(Counted call) {
    call.watched.shortened();
  }

  private void tell(Counted call, long now, Runnable news) {
    boolean knew = call.watched.hasWaited();
    news.run();
    if (!knew && call.watched.hasWaited()) {
      limit.waited(call.watched, now);
    }
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
   * A call has ended, or what the limit counts of it.
   *
   * @param answered whether it has an answer, and neither failed nor was given up
   */
  synchronized void ended(Counted call, boolean answered, long now) {
    call.account.left();
    beyond -= call.beyond ? 1 : 0;
    meanNanos += (now - call.watched.enteredAt() - meanNanos) / 16;
    awaited.remove(call);
    limit.ended(call.watched, answered, now);
    countOverdue(now);
  }

  private synchronized int inside() {
    return limit.inside();
  }

  private synchronized int limit() {
    return limit.value();
  }

  /** A call that is in. */
  record Counted(TenantSlots.Account account, WatchedCall watched, long number, boolean beyond) {}
}
