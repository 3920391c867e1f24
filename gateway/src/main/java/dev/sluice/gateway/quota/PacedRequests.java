package dev.sluice.gateway.quota;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A stream whose next message is read when its tenant may send one: whoever sends too fast is
 * slowed by flow control. Each message counts as a request when it comes; the first is counted with
 * the call.
 */
final class PacedRequests<Q, R> extends SimpleForwardingServerCall<Q, R> {

  /** After which a stream that waits looks again: limits change, and calls end. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Quotas quotas;
  private final String tenant;
  private final ScheduledExecutorService timer;
  private int wanted;
  private boolean begun;
  private boolean held;
  private boolean waiting;
  private boolean ended;

  PacedRequests(
      ServerCall<Q, R> call, Quotas quotas, String tenant, ScheduledExecutorService timer) {
    super(call);
    this.quotas = quotas;
    this.tenant = tenant;
    this.timer = timer;
  }

  /** The listener, with the messages counted that it gets. */
  ServerCall.Listener<Q> counted(ServerCall.Listener<Q> listener) {
    return new SimpleForwardingServerCallListener<>(listener) {
      private boolean first = true;

      @Override
      public void onMessage(Q message) {
        if (!first) {
          quotas.tookMessage(tenant);
        }
        first = false;
        super.onMessage(message);
      }
    };
  }

  @Override
  public void request(int messages) {
    synchronized (this) {
      wanted += messages;
    }
    settle();
  }

  private void settle() {
    while (mayRead()) {
      super.request(1);
    }
  }

  private synchronized boolean mayRead() {
    if (wanted == 0 || waiting || ended) {
      return false;
    }
    long pause = begun ? quotas.nanosToNextMessage(tenant, !held) : 0;
    if (pause > 0) {
      held = true;
      waiting = true;
      var _ = timer.schedule(this::resume, Math.min(pause, LOOK_NANOS), TimeUnit.NANOSECONDS);
      return false;
    }
    begun = true;
    held = false;
    wanted--;
    return true;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    synchronized (this) {
      ended = true;
    }
    super.close(status, trailers);
  }

  private void resume() {
    if (isCancelled()) {
      return;
    }
    synchronized (this) {
      waiting = false;
    }
    settle();
  }
}
