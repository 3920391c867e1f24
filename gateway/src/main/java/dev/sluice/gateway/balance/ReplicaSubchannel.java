package dev.sluice.gateway.balance;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.util.ForwardingSubchannel;

/** The connection to one replica. Its state counts the health that the replica reports. */
final class ReplicaSubchannel extends ForwardingSubchannel {

  private final Subchannel delegate;
  private final ReplicaFleet fleet;
  private final Replica replica;

  ReplicaSubchannel(Subchannel delegate, CreateSubchannelArgs args, ReplicaFleet fleet) {
    this.delegate = delegate;
    this.fleet = fleet;
    this.replica = fleet.add(args.getAddresses().getFirst().getAddresses().toString());
  }

  Replica replica() {
    return replica;
  }

  @Override
  protected Subchannel delegate() {
    return delegate;
  }

  @Override
  public void start(SubchannelStateListener listener) {
    super.start(state -> {
      fleet.ready(replica, state.getState() == ConnectivityState.READY);
      listener.onSubchannelState(state);
    });
  }

  @Override
  public void shutdown() {
    fleet.remove(replica);
    super.shutdown();
  }
}
