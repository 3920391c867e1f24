package dev.sluice.gateway.balance;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import org.jspecify.annotations.Nullable;

/**
 * Asks the policy below again while it picks a replica that is ejected, or that the attempt is to
 * avoid. Where it picks no other, that one is taken all the same.
 */
final class ReplicaPicker extends SubchannelPicker {

  /** As often may a replica be picked in a row because the others have so little weight. */
  private static final int MOST_PICKS = 64;

  private final SubchannelPicker below;
  private final ReplicaFleet fleet;

  ReplicaPicker(SubchannelPicker below, ReplicaFleet fleet) {
    this.below = below;
    this.fleet = fleet;
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    Attempt attempt = args.getCallOptions().getOption(Attempt.KEY);
    PickResult picked = below.pickSubchannel(args);
    PickResult kept = picked;
    for (int picks = 1; picks < MOST_PICKS; picks++) {
      if (!(picked.getSubchannel() instanceof ReplicaSubchannel subchannel)) {
        return picked;
      }
      if (!avoids(attempt, subchannel.replica()) && fleet.admits(subchannel.replica())) {
        return taken(picked, subchannel, args);
      }
      kept = better(kept, picked, attempt);
      picked = below.pickSubchannel(args);
    }
    return kept.getSubchannel() instanceof ReplicaSubchannel subchannel
        ? taken(kept, subchannel, args)
        : kept;
  }

  private static boolean avoids(@Nullable Attempt attempt, Replica replica) {
    return attempt != null && attempt.avoids(replica);
  }

  /** One that is to be avoided is better than one that is ejected. */
  private PickResult better(PickResult kept, PickResult picked, @Nullable Attempt attempt) {
    return attempt != null
            && picked.getSubchannel() instanceof ReplicaSubchannel subchannel
            && attempt.avoids(subchannel.replica())
            && !fleet.isEjected(subchannel.replica())
        ? picked
        : kept;
  }

  private PickResult taken(
      PickResult picked, ReplicaSubchannel subchannel, PickSubchannelArgs args) {
    Attempt attempt = args.getCallOptions().getOption(Attempt.KEY);
    if (attempt != null) {
      attempt.pick(fleet, subchannel.replica());
    }
    return picked
        .copyWithSubchannel(subchannel.delegate())
        .copyWithStreamTracerFactory(
            CallTracing.of(
                fleet,
                subchannel.replica(),
                args.getMethodDescriptor().getFullMethodName(),
                picked.getStreamTracerFactory()));
  }
}
