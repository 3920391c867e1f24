package dev.sluice.gateway.balance;

import org.jspecify.annotations.Nullable;

/**
 * The times in which a replica gets no calls. The first lasts a second, and each one that follows
 * twice as long, up to a minute, until it was well for a minute. When one is over, a single call
 * probes whether the replica is well again.
 */
final class Ejection {

  private static final long SHORTEST = 1_000_000_000L;
  private static final long LONGEST = 60_000_000_000L;

  /** A call that was allowed to probe and did not start by then will not. */
  private static final long PROBE_PATIENCE = 1_000_000_000L;

  private @Nullable Fault fault;
  private @Nullable ReplicaCall probe;
  private long until;
  private long nanos;
  private long endedAt;
  private long allowedAt;
  private boolean allowed;

  /** Why there is one; none while the replica takes calls. */
  @Nullable Fault fault() {
    return fault;
  }

  boolean isOn() {
    return fault != null;
  }

  /** Nanoseconds that it lasts. */
  long nanos() {
    return nanos;
  }

  @Nullable ReplicaCall probe() {
    return probe;
  }

  /** Begins, or begins anew because a probe went wrong. */
  void begin(Fault why, long now) {
    boolean relapse = fault != null || now - endedAt < LONGEST;
    nanos = relapse && nanos > 0 ? Math.min(2 * nanos, LONGEST) : SHORTEST;
    fault = why;
    until = now + nanos;
    endProbe();
  }

  void end(long now) {
    fault = null;
    endedAt = now;
    endProbe();
  }

  /** Whether a call is on its way to find out if the replica is well again. */
  boolean isProbing() {
    return allowed;
  }

  /** The probe said nothing: another may follow. */
  void endProbe() {
    probe = null;
    allowed = false;
  }

  /** Whether the replica may take a call, as a probe if need be: no other may until it ended. */
  boolean admits(long now) {
    if (fault == null) {
      return true;
    }
    boolean pending = probe != null || (allowed && now - allowedAt < PROBE_PATIENCE);
    if (now < until || pending) {
      return false;
    }
    allowed = true;
    allowedAt = now;
    return true;
  }

  /** A call starts while it is on; only one after its time is the probe. */
  void probed(ReplicaCall call) {
    if (allowed && probe == null) {
      probe = call;
    }
  }
}
