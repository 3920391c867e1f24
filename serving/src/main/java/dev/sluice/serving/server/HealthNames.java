package dev.sluice.serving.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthCheckRequest;
import java.util.Set;

/**
 * Has the health service asked for no names but ours. It keeps the name that a watch asks for until
 * the watch ends, and is open to strangers. All other names are one, which is unknown.
 */
final class HealthNames implements ServerInterceptor {

  private static final HealthCheckRequest UNKNOWN =
      HealthCheckRequest.newBuilder().setService("unknown").build();

  private final Set<String> names;

  /**
   * @param names of our services
   */
  HealthNames(Set<String> names) {
    this.names = names;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      @SuppressWarnings("unchecked") // both are the request of a health check
      public void onMessage(Q message) {
        super.onMessage(
            message instanceof HealthCheckRequest request && !isOurs(request.getService())
                ? (Q) UNKNOWN
                : message);
      }
    };
  }

  /** The server as a whole has the empty name. */
  private boolean isOurs(String name) {
    return name.isEmpty() || names.contains(name);
  }
}
