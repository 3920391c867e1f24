package dev.sluice.gateway.balance;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import io.grpc.xds.orca.OrcaPerRequestUtil;
import org.jspecify.annotations.Nullable;

/** Tells the fleet what becomes of a call on its replica, and what the replica reports with it. */
final class CallTracing extends ClientStreamTracer.Factory {

  /** Where load reports travel; the gateway's own callers do not get to see them. */
  private static final Metadata.Key<byte[]> REPORT =
      Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final ReplicaFleet fleet;
  private final Replica replica;
  private final String method;
  private final ClientStreamTracer.@Nullable Factory below;

  private CallTracing(
      ReplicaFleet fleet,
      Replica replica,
      String method,
      ClientStreamTracer.@Nullable Factory below) {
    this.fleet = fleet;
    this.replica = replica;
    this.method = method;
    this.below = below;
  }

  /**
   * @param below that of the policy below, if it has one
   */
  static ClientStreamTracer.Factory of(
      ReplicaFleet fleet,
      Replica replica,
      String method,
      ClientStreamTracer.@Nullable Factory below) {
    return OrcaPerRequestUtil.getInstance()
        .newOrcaClientStreamTracerFactory(
            new CallTracing(fleet, replica, method, below), fleet::reported);
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new Tracer(
        below == null ? new ClientStreamTracer() {} : below.newClientStreamTracer(info, headers));
  }

  /** Of one stream; the transport calls it in order. */
  private final class Tracer extends ForwardingClientStreamTracer {
    private final ClientStreamTracer delegate;
    private volatile @Nullable ReplicaCall call;

    Tracer(ClientStreamTracer delegate) {
      this.delegate = delegate;
    }

    @Override
    protected ClientStreamTracer delegate() {
      return delegate;
    }

    @Override
    public void streamCreated(Attributes transport, Metadata headers) {
      call = fleet.started(replica, method);
      super.streamCreated(transport, headers);
    }

    @Override
    public void outboundMessageSent(int number, long wireSize, long size) {
      ReplicaCall started = call;
      if (started != null) {
        fleet.sent(started, wireSize);
      }
      super.outboundMessageSent(number, wireSize, size);
    }

    @Override
    public void inboundMessage(int number) {
      heard();
      super.inboundMessage(number);
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      heard(); // also where they say that the deadline passed
      super.inboundTrailers(trailers);
      trailers.discardAll(REPORT);
    }

    private void heard() {
      ReplicaCall started = call;
      if (started != null) {
        fleet.heard(started);
      }
    }

    @Override
    public void streamClosed(Status status) {
      ReplicaCall started = call;
      if (started != null) {
        fleet.ended(started, Ending.of(status));
      }
      super.streamClosed(status);
    }
  }
}
