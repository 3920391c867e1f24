package dev.sluice.gateway.balance;

/**
 * A call on its way to a replica or back. Guarded by whoever guards its {@link ReplicaOutliers}.
 */
final class ReplicaCall {

  private final Replica replica;
  private final String method;
  private final long startedAt;
  private final boolean probe;
  private long bytes;
  private long firstHeardAt;
  private boolean heard;

  ReplicaCall(Replica replica, String method, long startedAt, boolean probe) {
    this.replica = replica;
    this.method = method;
    this.startedAt = startedAt;
    this.probe = probe;
  }

  Replica replica() {
    return replica;
  }

  long startedAt() {
    return startedAt;
  }

  /** Whether it was sent to see if the replica is well again. */
  boolean isProbe() {
    return probe;
  }

  /** So much of the request was sent. */
  void sent(long more) {
    bytes += Math.max(more, 0);
  }

  CallKind kind() {
    return CallKind.of(method, bytes);
  }

  void heard(long now) {
    if (!heard) {
      heard = true;
      firstHeardAt = now;
    }
  }

  boolean isAnswered() {
    return heard;
  }

  /** Until its first answer: a stream may be as long as it likes after that. */
  long nanos(long now) {
    return (heard ? firstHeardAt : now) - startedAt;
  }
}
