package dev.sluice.serving.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.ContextStorageProvider;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Keeps OpenTelemetry's context in gRPC's: the current span goes wherever the call's deadline and
 * cancellation go, over threads too. Found by OpenTelemetry as a service.
 */
public final class GrpcContextStorage implements ContextStorageProvider, ContextStorage {

  private static final io.grpc.Context.Key<Context> KEY = io.grpc.Context.key("opentelemetry");

  @Override
  public ContextStorage get() {
    return this;
  }

  @Override
  public Scope attach(Context context) {
    io.grpc.Context with = in(io.grpc.Context.current(), context);
    io.grpc.Context previous = with.attach();
    return () -> with.detach(previous);
  }

  /** The call's context with what OpenTelemetry is to find in it. */
  static io.grpc.Context in(io.grpc.Context call, Context context) {
    return call.withValue(KEY, context);
  }

  @Override
  public @Nullable Context current() {
    return KEY.get();
  }
}
