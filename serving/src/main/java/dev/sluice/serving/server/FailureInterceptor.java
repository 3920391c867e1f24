package dev.sluice.serving.server;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.serving.logs.RequestText;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outermost frame of every call: what an endpoint throws, or passes to {@code onError}, becomes
 * the call's status. Anything that is not a {@link Failure} is logged and answered with INTERNAL,
 * without a word of the server's insides.
 */
final class FailureInterceptor implements ServerInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(FailureInterceptor.class);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var guarded = new ClosingOnce<>(call);
    try {
      return new Frame<>(next.startCall(guarded, headers), guarded);
    } catch (RuntimeException | Error e) {
      guarded.fail(e);
      return new ServerCall.Listener<>() {};
    }
  }

  /** Runs the endpoint's callbacks and answers for what they throw. */
  private static final class Frame<Q, R> extends SimpleForwardingServerCallListener<Q> {
    private final ClosingOnce<Q, R> call;

    Frame(ServerCall.Listener<Q> delegate, ClosingOnce<Q, R> call) {
      super(delegate);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    private void guard(Runnable callback) {
      if (call.ended()) {
        return;
      }
      try {
        callback.run();
      } catch (RuntimeException | Error e) {
        call.fail(e);
      }
    }
  }

  /**
   * Closes the call once, with the status that a failure stands for. An endpoint's other threads
   * may go on for a while: what they send after that is dropped.
   */
  private static final class ClosingOnce<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ReentrantLock sending = new ReentrantLock();

    ClosingOnce(ServerCall<Q, R> delegate) {
      super(delegate);
    }

    boolean ended() {
      return ended.get();
    }

    @Override
    public void sendHeaders(Metadata headers) {
      unlessEnded(() -> super.sendHeaders(headers));
    }

    @Override
    public void sendMessage(R message) {
      unlessEnded(() -> super.sendMessage(message));
    }

    private void unlessEnded(Runnable send) {
      sending.lock();
      try {
        if (!ended.get()) {
          send.run();
        }
      } finally {
        sending.unlock();
      }
    }

    private void end(Status status, Metadata trailers) {
      sending.lock();
      try {
        if (ended.compareAndSet(false, true)) {
          super.close(status, trailers);
        }
      } finally {
        sending.unlock();
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      Throwable cause = status.getCause();
      if (status.getCode() == Status.Code.UNKNOWN && cause != null) {
        fail(cause);
      } else {
        end(status, trailers);
      }
    }

    void fail(Throwable thrown) {
      StatusRuntimeException answer = answer(thrown);
      Metadata trailers = Status.trailersFromThrowable(answer);
      end(answer.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    private StatusRuntimeException answer(Throwable thrown) {
      if (thrown instanceof Failure failure) {
        if (failure instanceof Failure.Internal) {
          LOG.error(
              "{} failed",
              getMethodDescriptor().getFullMethodName(),
              RequestText.of((Throwable) failure));
        }
        return FailureStatus.exception(failure);
      }
      if (isCancelled()) {
        return FailureStatus.exception(new Failure.Cancelled());
      }
      LOG.error("{} failed", getMethodDescriptor().getFullMethodName(), RequestText.of(thrown));
      return FailureStatus.exception(new Failure.Internal("internal error"));
    }
  }
}
