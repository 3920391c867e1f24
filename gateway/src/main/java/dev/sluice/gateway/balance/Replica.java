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
  private long askedAt;
  private boolean asked;
  private int givenUp;

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

  /** It has a call more to answer. */
  void asked(ReplicaCall call) {
    inFlight.add(call);
    if (!asked) {
      asked = true;
      askedAt = call.startedAt();
    }
  }

  /** A call ended, and with it the wait for an answer where it was the last to owe one. */
  void ended(ReplicaCall call) {
    inFlight.remove(call);
    asked &= !inFlight.isEmpty() || givenUp > 0;
  }

  /** It said something. */
  void heard(long now) {
    heardAt = now;
    givenUp = 0;
    asked = !inFlight.isEmpty();
    askedAt = now;
  }

  /** Its caller, or a hedge, did not wait for the answer any longer, though it was late. */
  void givenUp() {
    givenUp++;
  }

  /** Late calls that were given up since it was heard. */
  int callsGivenUp() {
    return givenUp;
  }

  /** How long it owes an answer, of whatever call, and nothing was heard of it. */
  long silence(long now) {
    return asked ? now - askedAt : 0;
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
