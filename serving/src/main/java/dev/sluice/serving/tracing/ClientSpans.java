package dev.sluice.serving.tracing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.net.InetSocketAddress;

/**
 * A span for each call that goes out while a span is current, whose {@code traceparent} the server
 * gets. For every channel; calls outside of any trace pass untouched.
 */
public enum ClientSpans implements ClientInterceptor {
  OF_THE_CURRENT_CALL;

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Tracing tracing = Tracing.current();
    Context parent = Context.current();
    ClientCall<Q, R> call = next.newCall(method, options);
    return tracing.isOn() && Span.fromContext(parent).getSpanContext().isValid()
        ? new Traced<>(call, method, tracing, parent)
        : call;
  }

  private static final class Traced<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private final MethodDescriptor<Q, R> method;
    private final Tracing tracing;
    private final Context parent;

    Traced(
        ClientCall<Q, R> delegate, MethodDescriptor<Q, R> method, Tracing tracing, Context parent) {
      super(delegate);
      this.method = method;
      this.tracing = tracing;
      this.parent = parent;
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      Span span = RpcSpan.start(tracing.tracer(), parent, method, SpanKind.CLIENT);
      TraceHeaders.write(parent.with(span), headers);
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              peer(span);
              RpcSpan.end(span, status.getCode(), !status.isOk());
              super.onClose(status, trailers);
            }
          },
          headers);
    }

    /** Which replica it was. */
    private void peer(Span span) {
      if (getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress peer) {
        span.setAttribute(Spans.PEER, peer.getHostString());
        span.setAttribute(Spans.PEER_PORT, peer.getPort());
      }
    }
  }
}
