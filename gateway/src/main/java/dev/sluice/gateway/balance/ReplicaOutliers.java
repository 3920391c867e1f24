package dev.sluice.gateway.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which replicas get no calls. Pure: no clock, no threads, no locks; the caller guards it and says
 * what time it is ({@code System.nanoTime}). At most half of the replicas that are ready are
 * ejected at a time, so never the last one. An ejected replica comes back when a probe is answered.
 */
final class ReplicaOutliers {

  private static final long LOOK_NANOS = 10_000_000L;

  private final Verdicts verdicts;
  private final UsualLatencies usual = new UsualLatencies();
  private final FaultFinding faults = new FaultFinding(usual);
  private final List<Replica> replicas = new ArrayList<>();
  private long lookedAt = Long.MIN_VALUE;

  ReplicaOutliers(Verdicts verdicts) {
    this.verdicts = verdicts;
  }

  Replica add(String address) {
    var replica = new Replica(address);
    replicas.add(replica);
    return replica;
  }

  void remove(Replica replica) {
    replicas.remove(replica);
  }

  ReplicaCall started(Replica replica, String method, long now) {
    boolean probe = replica.ejection().isOn();
    var call = new ReplicaCall(replica, method, now, probe);
    replica.asked(call);
    if (probe) {
      replica.ejection().probed(call);
    }
    return call;
  }

  /** A part of the answer came. */
  void heard(ReplicaCall call, long now) {
    call.heard(now);
    call.replica().heard(now);
  }

  void ended(ReplicaCall call, Ending ending, long now) {
    Replica replica = call.replica();
    CallKind kind = call.kind();
    long nanos = call.nanos(now);
    double stretch = faults.stretch(kind, nanos, now);
    boolean late =
        ending == Ending.ABANDONED && !call.isAnswered() && faults.isLate(kind, nanos, now);
    if (late) {
      replica.givenUp();
    } else if (ending != Ending.ABANDONED) {
      replica.heard(now);
    }
    replica.ended(call);
    if (ending == Ending.ANSWERED) {
      usual.observe(kind, nanos, now);
    }
    if (call.isProbe()) {
      probed(call, ending, faultOfProbe(call, ending, now), now);
    } else if (!replica.ejection().isOn()) {
      remember(replica.recent(), ending, stretch, now);
    }
  }

  private static void remember(RecentCalls recent, Ending ending, double stretch, long now) {
    switch (ending) {
      case ANSWERED -> {
        recent.ended(false, now);
        recent.took(stretch, now);
      }
      case FAILED -> recent.ended(true, now);
      case OVERLOADED -> recent.ended(false, now);
      case ABANDONED -> {
        if (stretch > 1) {
          recent.took(stretch, now);
        }
      }
    }
  }

  /**
   * That a caller had no time left for a probe says nothing, unless it waited very long. A replica
   * that answers is well: its first answer may well be slow, from a cold cache, which one probe
   * after the other would hardly warm. If it stays slow, the calls that follow say so.
   */
  private Optional<Fault> faultOfProbe(ReplicaCall call, Ending ending, long now) {
    return switch (ending) {
      case FAILED -> Optional.of(Fault.FAILING);
      case ABANDONED -> faults.hangs(call, now) ? Optional.of(Fault.HANGING) : Optional.empty();
      case ANSWERED, OVERLOADED -> Optional.empty();
    };
  }

  private void probed(ReplicaCall call, Ending ending, Optional<Fault> fault, long now) {
    Replica replica = call.replica();
    if (replica.ejection().probe() != call) {
      return;
    }
    if (fault.isPresent()) {
      eject(replica, fault.get(), now);
    } else if (ending == Ending.ABANDONED) {
      replica.ejection().endProbe();
    } else {
      replica.recent().clear();
      replica.ejection().end(now);
      verdicts.readmitted(replica);
    }
  }

  /** Whether the replica may take a call now, if only as a probe. */
  boolean admits(Replica replica, long now) {
    look(now);
    return replica.ejection().admits(now);
  }

  /** Whether a ready replica beside this one takes calls. */
  boolean hasOther(Replica replica) {
    return !others(replica).isEmpty();
  }

  /**
   * Whether a call that is late on this replica may be made on another one, too. A probe is left
   * alone until it hangs, where that can be told: a race would say nothing of whom it probes but
   * that others are quicker.
   */
  boolean mayRepeat(Replica replica, long now) {
    return !isProbedAlone(replica.ejection(), now) && hasOther(replica);
  }

  private boolean isProbedAlone(Ejection ejection, long now) {
    ReplicaCall probe = ejection.probe();
    return ejection.isProbing() && (probe == null || faults.isTimed(probe, now));
  }

  /** Whether nothing more is to be expected of it; while it is being probed nobody knows. */
  boolean isLost(Replica replica, long now) {
    return replica.ejection().fault() == Fault.HANGING && mayRepeat(replica, now);
  }

  private List<Replica> others(Replica replica) {
    return replicas.stream().filter(each -> each != replica && each.takesCalls()).toList();
  }

  /** Ejects what is to be ejected by now. Cheap when it was asked just before. */
  void look(long now) {
    if (lookedAt != Long.MIN_VALUE && now - lookedAt < LOOK_NANOS) {
      return;
    }
    lookedAt = now;
    for (Replica replica : replicas) {
      if (replica.ejection().isOn()) {
        lookAtEjected(replica, now);
      } else if (mayEject(replica)) {
        Optional<Fault> fault = faults.of(replica, others(replica), now);
        if (replica.isStill(fault.orElse(null)) && fault.isPresent()) {
          eject(replica, fault.get(), now);
        }
      }
    }
  }

  /** A probe may hang, and so may a replica that was slow at first. */
  private void lookAtEjected(Replica replica, long now) {
    ReplicaCall probe = replica.ejection().probe();
    boolean worse = replica.ejection().fault() != Fault.HANGING && faults.hangs(replica, now);
    if (worse || (probe != null && faults.hangs(probe, now))) {
      eject(replica, Fault.HANGING, now);
    }
  }

  private boolean mayEject(Replica replica) {
    long ready = replicas.stream().filter(Replica::isReady).count();
    long ejected =
        replicas.stream().filter(each -> each.isReady() && each.ejection().isOn()).count();
    return replica.isReady() && ejected + 1 <= ready / 2;
  }

  private void eject(Replica replica, Fault fault, long now) {
    replica.ejection().begin(fault, now);
    verdicts.ejected(replica, fault, replica.ejection().nanos());
  }
}
