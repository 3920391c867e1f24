package dev.sluice.serving.caller;

import dev.sluice.type.v1.Priority;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the {@link Caller} from the gateway to the services in metadata keys, and whether the
 * gateway's door let the call in. The gateway never reads them from its own callers, so nobody
 * outside can pose as another tenant.
 */
public final class CallerMetadata {

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("sluice-tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> PRIORITY =
      Metadata.Key.of("sluice-priority", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> ADMITTED =
      Metadata.Key.of("sluice-admitted", Metadata.ASCII_STRING_MARSHALLER);

  /** Of gRPC's retries: not there with the first attempt (gRFC A6). */
  private static final Metadata.Key<String> PREVIOUS_ATTEMPTS =
      Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER);

  private CallerMetadata() {}

  /**
   * For the gateway's channels: sends the current caller along.
   *
   * @param admitted whether the current call is one that the gateway's door let in and counts
   */
  public static ClientInterceptor sender(BooleanSupplier admitted) {
    return new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        Caller caller = Caller.current();
        boolean isAdmitted = admitted.getAsBoolean();
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<R> listener, Metadata headers) {
            headers.put(TENANT, caller.tenant());
            headers.put(PRIORITY, caller.priority().name().toLowerCase(Locale.ROOT));
            if (isAdmitted) {
              headers.put(ADMITTED, "true");
            }
            super.start(listener, headers);
          }
        };
      }
    };
  }

  /** For the services: makes the caller that the gateway sent the current one. */
  public static ServerInterceptor receiver() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return Contexts.interceptCall(read(headers).in(Context.current()), call, headers, next);
      }
    };
  }

  /** Whose call it is, as the gateway says. */
  public static String tenant(Metadata headers) {
    String tenant = headers.get(TENANT);
    return tenant == null ? Caller.DEFAULT_TENANT : tenant;
  }

  /** Whether it is a part of a call that a gateway's door let in and counts. */
  public static boolean isAdmitted(Metadata headers) {
    return headers.containsKey(ADMITTED);
  }

  private static Caller read(Metadata headers) {
    boolean again = headers.containsKey(PREVIOUS_ATTEMPTS);
    return new Caller(tenant(headers), priority(headers.get(PRIORITY)), Caller.NOBODY, again);
  }

  private static Priority priority(@Nullable String name) {
    return "bulk".equals(name) ? Priority.BULK : Priority.INTERACTIVE;
  }
}
