package dev.sluice.serving.door;

import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets in a fixed number of calls at once, so that a flood takes a bounded amount of memory, and of
 * one tenant four in five, so that its calls never shut out all others.
 */
public final class CallBound implements Door {

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final int most;
  private final int mostOfTenant;
  private final AtomicInteger inside = new AtomicInteger();
  private final Map<String, Integer> tenants = new ConcurrentHashMap<>();

  public CallBound(int most) {
    this.most = most;
    this.mostOfTenant = most - most / 5;
  }

  @Override
  public Entry enter(MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline) {
    return enter(tenant(headers));
  }

  private void enter() {
    if (inside.incrementAndGet() > most) {
      inside.decrementAndGet();
      throw new Failure.Overloaded(
          "CALL_BOUND", "the server has " + most + " calls already", RETRY);
    }
  }

  /** A call of a tenant comes. */
  Entry enter(String tenant) {
    enter();
    if (tenants.merge(tenant, 1, Integer::sum) > mostOfTenant) {
      left(tenant);
      throw new Failure.Overloaded(
          "TENANT_SHARE", "the tenant has " + mostOfTenant + " calls already", RETRY);
    }
    return new Entry() {
      @Override
      public void left(Status status) {
        CallBound.this.left(tenant);
      }
    };
  }

  private void left(String tenant) {
    tenants.computeIfPresent(tenant, (_, calls) -> calls == 1 ? null : calls - 1);
    inside.decrementAndGet();
  }

  /** Calls that are in. */
  public int inside() {
    return inside.get();
  }
}
