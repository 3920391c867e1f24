package dev.sluice.gateway.balance;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.MethodDescriptor;
import io.grpc.util.ForwardingSubchannel;

/**
 * A connection over which gRPC asks for a replica's health in a call of its own. Whichever thread
 * finds the connection ready begins that call, and it may be one that works for a caller: were the
 * health's call made in the caller's context, it would be cancelled with the caller's, and the
 * replica taken for broken.
 */
final class HealthSubchannel extends ForwardingSubchannel {

  private final Subchannel delegate;

  HealthSubchannel(Subchannel delegate) {
    this.delegate = delegate;
  }

  @Override
  protected Subchannel delegate() {
    return delegate;
  }

  @Override
  public Channel asChannel() {
    return new OfNobody(super.asChannel());
  }

  /** Makes calls that belong to no other call. */
  private static final class OfNobody extends Channel {
    private final Channel channel;

    OfNobody(Channel channel) {
      this.channel = channel;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      Context caller = Context.ROOT.attach();
      try {
        return channel.newCall(method, options);
      } finally {
        Context.ROOT.detach(caller);
      }
    }

    @Override
    public String authority() {
      return channel.authority();
    }
  }
}
