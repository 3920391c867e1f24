package dev.sluice.serving.network;

import io.grpc.Attributes;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Refuses the calls of a connection that has too many at a time. The limit of HTTP/2 holds from the
 * moment on when a client accepts it, which one that means harm never does.
 */
public final class ConnectionCalls implements ServerInterceptor {

  private final Attributes.Key<AtomicInteger> running = Attributes.Key.create("running-calls");
  private final int most;

  /**
   * @param most more than well-behaved clients have: calls end here later than on their side
   */
  public ConnectionCalls(int most) {
    this.most = most;
  }

  /** Gives each connection its count. */
  public ServerTransportFilter counting() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes connection) {
        return connection.toBuilder().set(running, new AtomicInteger()).build();
      }
    };
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    AtomicInteger calls = call.getAttributes().get(running);
    if (calls == null) {
      return next.startCall(call, headers);
    }
    if (calls.incrementAndGet() > most) {
      calls.decrementAndGet();
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("too many calls at a time on a connection"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return new Counted<>(next.startCall(call, headers), calls);
  }

  /** One of the running calls, until its end. */
  private static final class Counted<Q> extends SimpleForwardingServerCallListener<Q> {
    private final AtomicInteger running;
    private final AtomicBoolean ended = new AtomicBoolean();

    Counted(ServerCall.Listener<Q> call, AtomicInteger running) {
      super(call);
      this.running = running;
    }

    @Override
    public void onComplete() {
      end();
      super.onComplete();
    }

    @Override
    public void onCancel() {
      end();
      super.onCancel();
    }

    private void end() {
      if (ended.compareAndSet(false, true)) {
        running.decrementAndGet();
      }
    }
  }
}
