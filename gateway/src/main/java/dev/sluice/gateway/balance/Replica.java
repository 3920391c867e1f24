package dev.sluice.gateway.balance;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One address of a service, and what is known of it. Guarded as {@link ReplicaOutliers} is. */
final class Replica {

  private final String address;
  private final RecentCalls recent = new RecentCalls();
  private final Ejection ejection = new Ejection();
  private final Set<ReplicaCall> inFlight = new LinkedHashSet<>();
  private @Nullable Fault suspected;
  private boolean ready;
  private long heardAt = Long.MIN_VALUE;

  Replica(String address) {
    this.address = address;
  }

  RecentCalls recent() {
    return recent;
  }

  Ejection ejection() {
    return ejection;
  }

  /** Calls without an end, the oldest first. */
  Set<ReplicaCall> inFlight() {
    return inFlight;
  }

  /** Whether it is connected and says that it serves. */
  boolean isReady() {
    return ready;
  }

  void ready(boolean now) {
    ready = now;
  }

  boolean takesCalls() {
    return ready && !ejection.isOn();
  }

  /** Whether this was found at the look before, too: we may have slept ourselves until this one. */
  boolean isStill(@Nullable Fault fault) {
    boolean still = fault == suspected;
    suspected = fault;
    return still;
  }

  void heard(long now) {
    heardAt = now;
  }

  /** How long nothing was heard of it while this call was waiting for an answer. */
  long quiet(ReplicaCall call, long now) {
    return now - Math.max(call.startedAt(), heardAt);
  }

  @Override
  public String toString() {
    return address;
  }
}
