package dev.sluice.serving.caller;

import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import java.util.function.Supplier;

/**
 * Who is calling and how urgently.
 *
 * @param tenant part of every stored key and cache key; {@value #DEFAULT_TENANT} where callers are
 *     not authenticated
 * @param priority never {@code PRIORITY_UNSPECIFIED}
 * @param principal who of the tenant it is: the name of a key or the subject of a token; {@value
 *     #NOBODY} where callers are not authenticated, and behind the gateway
 * @param again whether the call is repeated, because it failed or was refused
 */
public record Caller(String tenant, Priority priority, String principal, boolean again) {

  /** The tenant of callers that nobody authenticated. */
  public static final String DEFAULT_TENANT = "default";

  /** The principal of callers that nobody authenticated. */
  public static final String NOBODY = "anonymous";

  /** A caller of the default tenant who waits for the answer. */
  public static final Caller ANONYMOUS = new Caller(DEFAULT_TENANT, Priority.INTERACTIVE);

  static final Context.Key<Caller> KEY = Context.keyWithDefault("sluice-caller", ANONYMOUS);

  /** Somebody of a tenant. */
  public Caller(String tenant, Priority priority) {
    this(tenant, priority, NOBODY);
  }

  /** Somebody of a tenant, by name. */
  public Caller(String tenant, Priority priority, String principal) {
    this(tenant, priority, principal, false);
  }

  /** The caller of the call that the current {@link Context} belongs to. */
  public static Caller current() {
    return KEY.get();
  }

  /** This caller with the priority that a request names, if it names one. */
  public Caller withPriority(Priority requested) {
    return switch (requested) {
      case INTERACTIVE, BULK -> new Caller(tenant, requested, principal, again);
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
