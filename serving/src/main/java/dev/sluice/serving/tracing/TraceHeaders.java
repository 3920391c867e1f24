package dev.sluice.serving.tracing;

import io.grpc.Metadata;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The W3C trace context, {@code traceparent} and {@code tracestate}, in headers. */
public final class TraceHeaders {

  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  private TraceHeaders() {}

  /** Tells somebody which span is current, if one is. */
  public static void send(BiConsumer<String, String> header) {
    W3C.inject(
        Context.current(),
        header,
        (to, name, value) -> {
          if (to != null) {
            to.accept(name, value);
          }
        });
  }

  /** Tells the server of a call which span it belongs to. */
  static void write(Context context, Metadata headers) {
    W3C.inject(
        context,
        headers,
        (to, name, value) -> {
          if (to != null) {
            to.discardAll(key(name));
            to.put(key(name), value);
          }
        });
  }

  /** Where a call came from. */
  static Context read(Metadata headers) {
    return W3C.extract(Context.root(), headers, new Read());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static final class Read implements TextMapGetter<Metadata> {

    @Override
    public @Nullable String get(@Nullable Metadata headers, String name) {
      return headers == null ? null : headers.get(key(name));
    }
  }
}
