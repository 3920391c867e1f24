package dev.sluice.gateway.door;

import dev.sluice.serving.door.CallBound;
import dev.sluice.serving.door.Door;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's door: lets in as many calls as can be answered in good time, found out by a {@link
 * CallLimit}, and shares them among tenants. A call is slow when it takes more than a quarter of
 * its time and twice as long as usual, or nearly all of its time, or when a service behind refuses
 * a part of it. See docs/decisions/0029.
 */
public final class CallDoor implements Door {

  /** Deadlines shorter than this are their callers' own trouble, and tell nothing of the load. */
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(250);

  private static final double GOOD = 0.25;
  private static final double LATE = 0.8;
  private static final int UNUSUAL = 2;

  private static final long SHORTEST_RETRY = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(2);

  private final CallBound bound;
  private final CallLimit limit;
  private final Function<Metadata, String> tenants;
  private final Deadline.Ticker clock;
  private final DoorMetrics metrics;
  private final TenantSlots slots = new TenantSlots();
  private final UsualTimes usual = new UsualTimes();
  private int inside;
  private double meanNanos;

  /**
   * @param most calls that are in at once, of any kind
   * @param start how many the limit lets in while nothing is known
   * @param least how many it lets in however slow they are
   * @param tenants whose call it is, by its metadata; must know within microseconds
   */
  public CallDoor(
      int most,
      int start,
      int least,
      Function<Metadata, String> tenants,
      Deadline.Ticker clock,
      MeterRegistry registry) {
    this.bound = new CallBound(most);
    this.limit = new CallLimit(start, least, most, clock.nanoTime());
    this.tenants = tenants;
    this.clock = clock;
    this.metrics = new DoorMetrics(registry, this::inside, this::limit);
  }

  @Override
  public Entry enter(MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline) {
    Entry counted = bounded(method, headers, deadline);
    Optional<Duration> most = Waiting.most(method);
    if (most.isEmpty()) {
      return counted;
    }
    long left = deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    try {
      return enter(
          String.valueOf(method.getServiceName()),
          tenants.apply(headers),
          Math.min(left, most.get().toNanos()),
          counted);
    } catch (Failure refusal) {
      counted.left();
      throw refusal;
    }
  }

  private Entry bounded(
      MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline) {
    try {
      return bound.enter(method, headers, deadline);
    } catch (Failure full) {
      metrics.refused(DoorMetrics.Reason.CALL_BOUND);
      throw full;
    }
  }

  private synchronized Entry enter(String service, String tenant, long time, Entry counted) {
    long now = clock.nanoTime();
    TenantSlots.Account account = slots.asked(tenant, now);
    if (inside >= limit.value() && !slots.hasRoom(account, limit.value())) {
      limit.refused();
      metrics.refused(DoorMetrics.Reason.CALL_LIMIT);
      throw new Failure.Overloaded(
          DoorMetrics.Reason.CALL_LIMIT.name(),
          "the gateway has as many calls as it can answer in time",
          retry());
    }
    inside++;
    account.entered();
    limit.entered(inside);
    return new Counted(service, account, time, now, counted);
  }

  /** When about half of the calls that are in will have ended. */
  private Duration retry() {
    return Duration.ofNanos(
        (long) Math.clamp(meanNanos, (double) SHORTEST_RETRY, (double) LONGEST_RETRY));
  }

  private synchronized void ended(Counted call, boolean refusedBehind) {
    long now = clock.nanoTime();
    long taken = now - call.enteredAt;
    inside--;
    call.account.left();
    meanNanos += (taken - meanNanos) / 16;
    usual.observe(call.service, taken, now);
    limit.ended(call.enteredAt, isSlow(call, taken, refusedBehind, now), now);
  }

  private boolean isSlow(Counted call, long taken, boolean refusedBehind, long now) {
    boolean fair = call.time >= SHORTEST;
    long time = Math.max(call.time, SHORTEST);
    boolean unusual = taken > GOOD * time && taken > UNUSUAL * usual.of(call.service, now);
    return unusual || taken > LATE * time || (refusedBehind && fair);
  }

  private synchronized int inside() {
    return inside;
  }

  private synchronized int limit() {
    return limit.value();
  }

  /** A call that the limit counts until its answer begins. */
  private final class Counted implements Entry {

    private final String service;
    private final TenantSlots.Account account;
    private final long time;
    private final long enteredAt;
    private final Entry counted;
    private volatile boolean refusedBehind;
    private boolean done;

    Counted(String service, TenantSlots.Account account, long time, long enteredAt, Entry counted) {
      this.service = service;
      this.account = account;
      this.time = time;
      this.enteredAt = enteredAt;
      this.counted = counted;
    }

    @Override
    public void answering() {
      if (first()) {
        ended(this, refusedBehind);
      }
    }

    private synchronized boolean first() {
      boolean first = !done;
      done = true;
      return first;
    }

    @Override
    public void refusedBehind() {
      refusedBehind = true;
    }

    @Override
    public void left() {
      answering();
      counted.left();
    }
  }
}
