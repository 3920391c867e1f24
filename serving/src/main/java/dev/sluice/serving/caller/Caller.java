package dev.sluice.serving.caller;

import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import java.util.function.Supplier;

/**
 * Who is calling and how urgently. The tenant is part of every stored key and cache key; it is
 * {@value #DEFAULT_TENANT} until callers are authenticated. The priority is never {@code
 * PRIORITY_UNSPECIFIED}.
 */
public record Caller(String tenant, Priority priority) {

  /** The tenant of callers that nobody authenticated. */
  public static final String DEFAULT_TENANT = "default";

  /** A caller of the default tenant who waits for the answer. */
  public static final Caller ANONYMOUS = new Caller(DEFAULT_TENANT, Priority.INTERACTIVE);

  static final Context.Key<Caller> KEY = Context.keyWithDefault("sluice-caller", ANONYMOUS);

  /** The caller of the call that the current {@link Context} belongs to. */
  public static Caller current() {
    return KEY.get();
  }

  /** This caller with the priority that a request names, if it names one. */
  public Caller withPriority(Priority requested) {
    return switch (requested) {
      case INTERACTIVE, BULK -> new Caller(tenant, requested);
      case PRIORITY_UNSPECIFIED, UNRECOGNIZED -> this;
    };
  }

  /** Does something with this as the current caller. */
  public <R> R during(Supplier<R> work) {
    Context context = in(Context.current());
    Context previous = context.attach();
    try {
      return work.get();
    } finally {
      context.detach(previous);
    }
  }

  /** A context in which this is the current caller. */
  public Context in(Context context) {
    return context.withValue(KEY, this);
  }
}
