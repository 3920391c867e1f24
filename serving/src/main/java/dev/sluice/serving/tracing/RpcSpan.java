package dev.sluice.serving.tracing;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Objects;

/**
 * What the two ends of a call tell of it: its method and its code, never its status' text, which
 * may quote what was sent.
 */
final class RpcSpan {

  private RpcSpan() {}

  static Span start(Tracer tracer, Context parent, MethodDescriptor<?, ?> method, SpanKind kind) {
    SpanBuilder span =
        tracer.spanBuilder(method.getFullMethodName()).setParent(parent).setSpanKind(kind);
    span.setAttribute(Spans.RPC_SYSTEM, "grpc");
    span.setAttribute(Spans.RPC_SERVICE, Objects.requireNonNullElse(method.getServiceName(), ""));
    span.setAttribute(Spans.RPC_METHOD, Objects.requireNonNullElse(method.getBareMethodName(), ""));
    return span.startSpan();
  }

  static void end(Span span, Status.Code code, boolean failed) {
    span.setAttribute(Spans.RPC_STATUS, code.value());
    if (failed) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
