package dev.sluice.gateway.balance;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is wrong with a replica, seen from outside and against the others. A replica hangs when it
 * owes an answer and nothing was heard of it for four times as long as 99 of 100 such calls take;
 * it is slow when its median is three times that of the others, both over what is usual; it fails
 * when most of its last calls did, and those of others did not.
 */
final class FaultFinding {

  private static final double SLOW = 3;
  private static final double MUCH_TOO_LONG = 4;
  private static final double NEARLY_ALL = 0.99;
  private static final double TOO_LONG = 3;
  private static final double MOST = 0.9;
  private static final int SEVERAL = 4;

  /** Below this nothing is called a hang: a collector's pause may take as long. */
  private static final long SHORTEST_HANG = 100_000_000L;

  /** Below this much more than usual nothing is called slow. */
  private static final long SHORTEST_EXCESS = 5_000_000L;

  /** Calls without an answer that are looked at, the oldest first. */
  private static final int OLDEST = 16;

  private final UsualLatencies usual;

  FaultFinding(UsualLatencies usual) {
    this.usual = usual;
  }

  /**
   * @param others that take calls
   */
  Optional<Fault> of(Replica replica, List<Replica> others, long now) {
    if (hangs(replica, now)) {
      return Optional.of(Fault.HANGING);
    }
    if (replica.recent().mostlyFail(now)
        && others.stream().anyMatch(other -> !other.recent().mostlyFail(now))) {
      return Optional.of(Fault.FAILING);
    }
    return isSlow(replica, others, now) ? Optional.of(Fault.SLOW) : Optional.empty();
  }

  /** Whether nothing was heard of it for too long. */
  boolean hangs(Replica replica, long now) {
    if (replica.silence(now) < SHORTEST_HANG) {
      return false;
    }
    List<ReplicaCall> waiting =
        replica.inFlight().stream().filter(call -> !call.isAnswered()).limit(OLDEST).toList();
    long late = waiting.stream().filter(call -> isQuiet(call, TOO_LONG, MOST, now)).count();
    return late + replica.callsGivenUp() >= SEVERAL
        || waiting.stream().anyMatch(call -> isQuiet(call, MUCH_TOO_LONG, NEARLY_ALL, now));
  }

  /** Whether a call that was given up should have been answered by then. */
  boolean isLate(CallKind kind, long nanos, long now) {
    OptionalLong most = usual.most(kind, MOST, now);
    return most.isPresent() && nanos > most.getAsLong();
  }

  /** Whether it is known how long is too long for a call. */
  boolean isTimed(ReplicaCall call, long now) {
    return usual.most(call.kind(), MOST, now).isPresent();
  }

  /** Whether the replica should have answered a probe by now. */
  boolean hangs(ReplicaCall call, long now) {
    return !call.isAnswered()
        && call.replica().quiet(call, now) >= SHORTEST_HANG
        && isQuiet(call, MUCH_TOO_LONG, MOST, now);
  }

  private boolean isQuiet(ReplicaCall call, double times, double part, long now) {
    OptionalLong most = usual.most(call.kind(), part, now);
    return most.isPresent() && call.replica().quiet(call, now) > times * most.getAsLong();
  }

  private boolean isSlow(Replica replica, List<Replica> others, long now) {
    if (replica.recent().isUntimed(now)) {
      return false;
    }
    double[] stretches =
        others.stream()
            .filter(other -> !other.recent().isUntimed(now))
            .mapToDouble(other -> other.recent().stretch(now))
            .sorted()
            .toArray();
    return stretches.length > 0
        && replica.recent().stretch(now) > SLOW * stretches[stretches.length / 2];
  }

  /**
   * A call's time over the usual one; 1 where that is not known, and where the difference would
   * matter to nobody.
   */
  double stretch(CallKind kind, long nanos, long now) {
    OptionalLong median = usual.median(kind, now);
    if (median.isEmpty() || Math.abs(nanos - median.getAsLong()) < SHORTEST_EXCESS) {
      return 1;
    }
    return (double) nanos / median.getAsLong();
  }
}
