package dev.sluice.gateway.balance;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import io.grpc.util.ForwardingLoadBalancerHelper;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The balancing of one channel: {@code weighted_round_robin} by the load that the replicas report,
 * over those that say that they serve, without those that hang, fail or are slow. {@link #close}
 * takes the policy out of grpc's registry.
 */
public final class ReplicaPolicy extends LoadBalancerProvider implements AutoCloseable {

  private static final String BELOW = "weighted_round_robin";

  /** Weights are used a second after a replica's first report, and looked at twice a second. */
  private static final Map<String, ?> WEIGHTS =
      Map.of(
          "blackoutPeriod", "1s",
          "weightUpdatePeriod", "0.5s",
          "weightExpirationPeriod", "30s");

  private static final AtomicLong NAMES = new AtomicLong();

  private final String name = "sluice_replicas_" + NAMES.incrementAndGet();
  private final LoadBalancerProvider below;
  private final ConfigOrError config;
  private final Verdicts verdicts;

  private ReplicaPolicy(LoadBalancerProvider below, Verdicts verdicts) {
    this.below = below;
    this.config = below.parseLoadBalancingPolicyConfig(WEIGHTS);
    this.verdicts = verdicts;
  }

  /** Makes a policy and registers it with grpc under its name. */
  public static ReplicaPolicy register(String service, MeterRegistry registry) {
    LoadBalancerRegistry policies = LoadBalancerRegistry.getDefaultRegistry();
    LoadBalancerProvider below = Objects.requireNonNull(policies.getProvider(BELOW), BELOW);
    var policy = new ReplicaPolicy(below, new ReplicaMetrics(service, registry));
    policies.register(policy);
    return policy;
  }

  @Override
  public LoadBalancer newLoadBalancer(Helper helper) {
    return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(
        new LoadBalancer.Factory() {
          @Override
          public LoadBalancer newLoadBalancer(Helper healthy) {
            var fleet = new ReplicaFleet(verdicts, System::nanoTime);
            return new ReplicaBalancer(healthy, fleet, below, config);
          }
        },
        new Healthy(helper));
  }

  /** Gives connections that may be asked for the replica's health. */
  private static final class Healthy extends ForwardingLoadBalancerHelper {
    private final LoadBalancer.Helper channel;

    Healthy(LoadBalancer.Helper channel) {
      this.channel = channel;
    }

    @Override
    protected LoadBalancer.Helper delegate() {
      return channel;
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs args) {
      return new HealthSubchannel(super.createSubchannel(args));
    }
  }

  @Override
  public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> raw) {
    return ConfigOrError.fromConfig("none");
  }

  @Override
  public String getPolicyName() {
    return name;
  }

  @Override
  public int getPriority() {
    return 5;
  }

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public void close() {
    LoadBalancerRegistry.getDefaultRegistry().deregister(this);
  }
}
