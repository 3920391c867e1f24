package dev.sluice.serving.door;

import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets in as many calls as can be answered in good time, found out for each service apart, so that
 * one that is short does not shut out the others. See docs/decisions/0029.
 */
public final class CallDoor implements Door {

  /** Calls of a service, while nothing is known of it. */
  private static final int START_PER_PROCESSOR = 32;

  private final int most;
  private final int start;
  private final LeastCalls least;
  private final CallBound bound;
  private final Callers callers;
  private final Deadline.Ticker clock;
  private final MeterRegistry registry;
  private final Map<String, ServiceDoor> services = new ConcurrentHashMap<>();

  /**
   * @param most calls that are in at once, of any kind
   * @param start how many of a service are let in while nothing is known of it
   * @param least how many of it are let in however slow they are
   */
  CallDoor(
      int most,
      int start,
      LeastCalls least,
      Callers callers,
      Deadline.Ticker clock,
      MeterRegistry registry) {
    this.most = most;
    this.start = start;
    this.least = least;
    this.bound = new CallBound(most);
    this.callers = callers;
    this.clock = clock;
    this.registry = registry;
  }

  /** One that has all processors, and one that waits for them. */
  private static final LeastCalls LEAST_OF_A_SERVICE = new LeastCalls(2, 2);

  /**
   * A door of a service behind a gateway, on this machine.
   *
   * @param most calls that are in at once, of any kind
   */
  public static CallDoor ofService(int most, MeterRegistry registry) {
    return open(most, LEAST_OF_A_SERVICE, Callers.OF_SERVICES, registry);
  }

  /**
   * A door for this machine.
   *
   * @param most calls that are in at once, of any kind
   * @param least calls of a service that are let in however slow they are
   */
  public static CallDoor open(int most, LeastCalls least, Callers callers, MeterRegistry registry) {
    return new CallDoor(
        most,
        START_PER_PROCESSOR * Runtime.getRuntime().availableProcessors(),
        least,
        callers,
        Deadline.getSystemTicker(),
        registry);
  }

  @Override
  public Entry enter(MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline) {
    ServiceDoor service =
        services.computeIfAbsent(String.valueOf(method.getServiceName()), this::service);
    String tenant = tenant(headers);
    Optional<Duration> patience = callers.patience(method);
    Entry bounded = bounded(service, tenant);
    if (patience.isEmpty()) {
      return bounded;
    }
    long time =
        deadline == null ? patience.get().toNanos() : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    boolean admitted = callers.isAdmitted(headers);
    try {
      return new Visit(service, service.enter(tenant, time, admitted, clock.nanoTime()), bounded);
    } catch (RuntimeException | Error refusal) {
      bounded.left(Status.RESOURCE_EXHAUSTED);
      throw refusal;
    }
  }

  @Override
  public String tenant(Metadata headers) {
    return callers.tenant(headers);
  }

  private ServiceDoor service(String name) {
    long now = clock.nanoTime();
    var limit = new CallLimit(start, least, most, now);
    return new ServiceDoor(name, limit, new TenantSlots(now), registry);
  }

  private Entry bounded(ServiceDoor service, String tenant) {
    try {
      return bound.enter(tenant);
    } catch (Failure full) {
      service.refused(DoorMetrics.Reason.CALL_BOUND);
      throw full;
    }
  }

  /** A call that the limit counts until its answer begins. */
  private final class Visit implements Entry {

    private final ServiceDoor service;
    private final ServiceDoor.Counted call;
    private final Entry bounded;
    private boolean done;

    Visit(ServiceDoor service, ServiceDoor.Counted call, Entry bounded) {
      this.service = service;
      this.call = call;
      this.bounded = bounded;
    }

    @Override
    public boolean isCounted() {
      return true;
    }

    @Override
    public void queued(long nanos) {
      service.queued(call, nanos, clock.nanoTime());
    }

    @Override
    public void refusedBehind() {
      service.refusedBehind(call, clock.nanoTime());
    }

    @Override
    public void shortened() {
      service.shortened(call);
    }

    @Override
    public void answering() {
      ended(true);
    }

    private void ended(boolean answered) {
      if (first()) {
        service.ended(call, answered, clock.nanoTime());
      }
    }

    private synchronized boolean first() {
      boolean first = !done;
      done = true;
      return first;
    }

    @Override
    public void left(Status status) {
      ended(status.isOk());
      bounded.left(status);
    }
  }
}
