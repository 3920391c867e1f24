package dev.sluice.gateway.upstream;

import dev.sluice.serving.failure.FailureStatus;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * For all channels. A service that has too much work says when it wants to be asked again, in
 * {@code grpc-retry-pushback-ms}, and gRPC's retries do so (gRFC A6), however little time the call
 * has: it would end late instead of refused. So the retries are not shown what there is no time
 * for: the wait, and as long again for the work. Whoever made the call is.
 */
final class Pushback implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    var hidden = new Hidden(options.getDeadline());
    var hiding = options.withStreamTracerFactory(new InboundTrailers(hidden::take));
    return new SimpleForwardingClientCall<>(next.newCall(method, hiding)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(hidden.show(listener), headers);
      }
    };
  }

  /** What the retries of one call are not shown. */
  private static final class Hidden {
    private final @Nullable Deadline deadline;
    private volatile @Nullable String millis;

    Hidden(@Nullable Deadline deadline) {
      this.deadline = deadline;
    }

    /** Below the retries: from the trailers of an attempt. */
    void take(Metadata trailers) {
      String asked = trailers.get(FailureStatus.RETRY_PUSHBACK);
      boolean hides = asked != null && !hasTime(asked);
      millis = hides ? asked : null;
      if (hides) {
        trailers.discardAll(FailureStatus.RETRY_PUSHBACK);
      }
    }

    private boolean hasTime(String asked) {
      try {
        return deadline == null
            || Long.parseLong(asked) <= deadline.timeRemaining(TimeUnit.MILLISECONDS) / 2;
      } catch (NumberFormatException e) {
        return true; // gRPC's retries know what to make of it
      }
    }

    /** Above the retries: with what was taken from the last attempt. */
    <R> ClientCall.Listener<R> show(ClientCall.Listener<R> listener) {
      return new SimpleForwardingClientCallListener<>(listener) {
        @Override
        public void onClose(Status status, Metadata trailers) {
          String asked = millis;
          if (asked != null) {
            trailers.put(FailureStatus.RETRY_PUSHBACK, asked);
          }
          super.onClose(status, trailers);
        }
      };
    }
  }
}
