package dev.sluice.serving.tracing;

import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;

/**
 * A span for each call that comes in, a child of the caller's where it sent a {@code traceparent}.
 * It is current in the call's gRPC context, and ends with the call.
 */
record ServerSpans(Tracing tracing) implements ServerInterceptor {

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Context caller = TraceHeaders.read(headers);
    Span span =
        RpcSpan.start(tracing.tracer(), caller, call.getMethodDescriptor(), SpanKind.SERVER);
    io.grpc.Context context =
        GrpcContextStorage.in(tracing.in(io.grpc.Context.current()), caller.with(span));
    var listener = Contexts.interceptCall(context, new Closing<>(call, span), headers, next);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        super.onCancel();
        RpcSpan.end(span, Status.Code.CANCELLED, false);
      }
    };
  }

  /** Ends the span with the call, after all that is done at its close. */
  private static final class Closing<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Span span;

    Closing(ServerCall<Q, R> delegate, Span span) {
      super(delegate);
      this.span = span;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      RpcSpan.end(span, status.getCode(), isOurFault(status.getCode()));
    }

    private static boolean isOurFault(Status.Code code) {
      return switch (code) {
        case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS -> true;
        case OK,
            CANCELLED,
            INVALID_ARGUMENT,
            NOT_FOUND,
            ALREADY_EXISTS,
            PERMISSION_DENIED,
            RESOURCE_EXHAUSTED,
            FAILED_PRECONDITION,
            ABORTED,
            OUT_OF_RANGE,
            UNAUTHENTICATED ->
            false;
      };
    }
  }
}
