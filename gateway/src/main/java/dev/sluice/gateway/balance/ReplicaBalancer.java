package dev.sluice.gateway.balance;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.util.ForwardingLoadBalancer;
import io.grpc.util.ForwardingLoadBalancerHelper;

/**
 * Lets a policy below balance over the replicas, and keeps it from those that {@link
 * ReplicaOutliers} ejects.
 */
final class ReplicaBalancer extends ForwardingLoadBalancer {

  private final LoadBalancer below;
  private final ConfigOrError config;

  /**
   * @param config of the policy below
   */
  ReplicaBalancer(
      Helper helper, ReplicaFleet fleet, LoadBalancerProvider policy, ConfigOrError config) {
    this.below = policy.newLoadBalancer(new Watching(helper, fleet));
    this.config = config;
  }

  @Override
  protected LoadBalancer delegate() {
    return below;
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
    return below.acceptResolvedAddresses(
        addresses.toBuilder().setLoadBalancingPolicyConfig(config.getConfig()).build());
  }

  /** What the policy below sees of the channel. */
  private static final class Watching extends ForwardingLoadBalancerHelper {
    private final Helper channel;
    private final ReplicaFleet fleet;

    Watching(Helper channel, ReplicaFleet fleet) {
      this.channel = channel;
      this.fleet = fleet;
    }

    @Override
    protected Helper delegate() {
      return channel;
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs args) {
      return new ReplicaSubchannel(super.createSubchannel(args), args, fleet);
    }

    @Override
    public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
      super.updateBalancingState(state, new ReplicaPicker(picker, fleet));
    }
  }
}
