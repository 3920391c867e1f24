package dev.sluice.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.SilentCall;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthSubchannelTest {

  private final List<Context> made = new ArrayList<>();

  @Test
  void theQuestionForHealthIsNotCancelledWithTheCallThatFoundTheConnectionReady() {
    CancellableContext call = Context.ROOT.withCancellation();
    call.run(() -> {
      Context caller = Context.current();
      new HealthSubchannel(new Connection())
          .asChannel()
          .newCall(HealthGrpc.getWatchMethod(), CallOptions.DEFAULT);
      assertThat(Context.current()).isSameAs(caller);
    });
    call.cancel(null);

    assertThat(made).singleElement().matches(context -> !context.isCancelled());
  }

  /** Notes in which context calls are made over it. */
  private final class Connection extends Subchannel {
    @Override
    public Channel asChannel() {
      return new Channel() {
        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
          made.add(Context.current());
          return new SilentCall<>();
        }

        @Override
        public String authority() {
          return "replica";
        }
      };
    }

    @Override
    public void shutdown() {}

    @Override
    public void requestConnection() {}

    @Override
    public List<EquivalentAddressGroup> getAllAddresses() {
      return List.of();
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }
  }
}
