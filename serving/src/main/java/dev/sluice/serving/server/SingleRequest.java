package dev.sluice.serving.server;

import dev.sluice.serving.failure.Failure;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/**
 * Hands over the request of a method that takes one once its caller has ended it. A second one, and
 * an end without any, are INVALID_ARGUMENT; grpc-java would make them INTERNAL, a failure of ours.
 */
final class SingleRequest implements ServerInterceptor {

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    return call.getMethodDescriptor().getType().clientSendsOneMessage()
        ? new Whole<>(listener, call)
        : listener;
  }

  private static final class Whole<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private @Nullable Q request;

    Whole(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (request != null) {
        throw new Failure.InvalidInput("request", "must be one message");
      }
      request = message;
      call.request(1); // whether another follows: what forwards calls does not ask
    }

    @Override
    public void onHalfClose() {
      Q whole = request;
      if (whole == null) {
        throw new Failure.InvalidInput("request", "is missing");
      }
      request = null; // a call may last for minutes
      super.onMessage(whole);
      super.onHalfClose();
    }
  }
}
