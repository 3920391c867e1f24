package dev.sluice.gateway.upstream;

import dev.sluice.serving.failure.FailureStatus;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * For the channels to our services. One that has too much work says when it wants to be asked
 * again, in {@code grpc-retry-pushback-ms}, and gRPC's retries do so (gRFC A6), however little time
 * the call has: it would end late instead of refused. So the retries are not shown what there is no
 * time for: the wait, and as long again for the work. Whoever made the call is.
 */
final class Pushback implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    var attempts = new Attempts(options.getDeadline());
    var call = next.newCall(method, options.withStreamTracerFactory(attempts));
    return new SimpleForwardingClientCall<>(call) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(attempts.show(listener), headers);
      }
    };
  }

  /** Those of one call, below the retries. */
  private static final class Attempts extends ClientStreamTracer.Factory {
    private final @Nullable Deadline deadline;
    private volatile @Nullable String hidden;

    Attempts(@Nullable Deadline deadline) {
      this.deadline = deadline;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void inboundTrailers(Metadata trailers) {
          hide(trailers);
        }
      };
    }

    private void hide(Metadata trailers) {
      String millis = trailers.get(FailureStatus.RETRY_PUSHBACK);
      hidden = null;
      if (millis != null && !hasTime(millis)) {
        hidden = millis;
        trailers.discardAll(FailureStatus.RETRY_PUSHBACK);
      }
    }

    private boolean hasTime(String millis) {
      try {
        return deadline == null
            || Long.parseLong(millis) <= deadline.timeRemaining(TimeUnit.MILLISECONDS) / 2;
      } catch (NumberFormatException e) {
        return true; // gRPC's retries know what to make of it
      }
    }

    /** Above the retries: of the last attempt, shows all. */
    <R> ClientCall.Listener<R> show(ClientCall.Listener<R> listener) {
      return new SimpleForwardingClientCallListener<>(listener) {
        @Override
        public void onClose(Status status, Metadata trailers) {
          String millis = hidden;
          if (millis != null && !trailers.containsKey(FailureStatus.RETRY_PUSHBACK)) {
            trailers.put(FailureStatus.RETRY_PUSHBACK, millis);
          }
          super.onClose(status, trailers);
        }
      };
    }
  }
}
