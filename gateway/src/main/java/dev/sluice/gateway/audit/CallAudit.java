package dev.sluice.gateway.audit;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.time.InstantSource;

/**
 * Writes down every call. Two interceptors: one around that which finds out who is calling, so that
 * strangers are written down too, and one within.
 */
public final class CallAudit {

  private final AuditLog log;
  private final InstantSource clock;

  public CallAudit(AuditLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /** To stand around everything that may refuse a call. */
  public ServerInterceptor calls() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        var trail = new CallTrail(log, clock, method, traceId());
        try {
          var audited = new AuditedCall<>(call, trail);
          Context context = trail.in(Context.current());
          return new Audited<>(
              Contexts.interceptCall(context, audited, headers, next), call, trail);
        } catch (RuntimeException | Error e) {
          trail.end(code(e, call));
          throw e;
        }
      }
    };
  }

  private static String traceId() {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid() ? span.getTraceId() : "";
  }

  /** To stand where it is known who is calling; refuses changes that could not be written down. */
  public ServerInterceptor callers() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        CallTrail.calls(Caller.current());
        CallTrail.requireWritable();
        return next.startCall(call, headers);
      }
    };
  }

  /** What a call ends with that throws this. */
  static Status.Code code(Throwable thrown, ServerCall<?, ?> call) {
    if (thrown instanceof Failure failure) {
      return Status.fromCodeValue(FailureStatus.of(failure).getCode()).getCode();
    }
    return call.isCancelled() ? Status.Code.CANCELLED : Status.Code.INTERNAL;
  }

  /** Sees the requests, and the ends that the endpoint does not make. */
  private static final class Audited<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<?, ?> call;
    private final CallTrail trail;

    Audited(ServerCall.Listener<Q> delegate, ServerCall<?, ?> call, CallTrail trail) {
      super(delegate);
      this.call = call;
      this.trail = trail;
    }

    @Override
    public void onMessage(Q message) {
      trail.request(message);
      watching(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      watching(super::onHalfClose);
    }

    @Override
    public void onReady() {
      watching(super::onReady);
    }

    private void watching(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException | Error e) {
        trail.end(code(e, call));
        throw e;
      }
    }

    @Override
    public void onCancel() {
      trail.end(Status.Code.CANCELLED);
      super.onCancel();
    }
  }
}
