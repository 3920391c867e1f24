package dev.sluice.serving.server;

import dev.sluice.serving.logs.RequestText;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line for each call, with the beginning of its first message. Only where it is asked for. */
final class RequestLog implements ServerInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var line = new Line(call.getMethodDescriptor().getFullMethodName());
    var logged =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            line.end(status.getCode());
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(logged, headers)) {
      @Override
      public void onMessage(Q message) {
        line.came(message);
        super.onMessage(message);
      }

      @Override
      public void onCancel() {
        line.end(Status.Code.CANCELLED);
        super.onCancel();
      }
    };
  }

  private static final class Line {
    private final String method;
    private final long start = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile String text = "";

    Line(String method) {
      this.method = method;
    }

    void came(Object message) {
      if (text.isEmpty()) {
        text = RequestText.of(message);
      }
    }

    void end(Status.Code code) {
      if (!ended.getAndSet(true)) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        LOG.info("{} {} after {} ms: {}", method, code, millis, text);
      }
    }
  }
}
