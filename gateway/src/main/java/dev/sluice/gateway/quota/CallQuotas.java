package dev.sluice.gateway.quota;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.serving.caller.Caller;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Holds every call against the quotas of its tenant, before any of its messages is read. Calls are
 * refused; streams of messages, once begun, are slowed.
 */
public final class CallQuotas implements ServerInterceptor {

  private static final Set<String> GENERATIONS =
      Set.of(
          AnswerServiceGrpc.getAnswerMethod().getFullMethodName(),
          AnswerServiceGrpc.getStreamAnswerMethod().getFullMethodName(),
          GenerateServiceGrpc.getGenerateMethod().getFullMethodName());

  private final Quotas quotas;
  private final ScheduledExecutorService timer;

  /**
   * @param timer wakes streams that wait; its owner closes it
   */
  public CallQuotas(Quotas quotas, ScheduledExecutorService timer) {
    this.quotas = quotas;
    this.timer = timer;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String tenant = Caller.current().tenant();
    quotas.takeCall(tenant);
    MethodDescriptor<Q, R> method = call.getMethodDescriptor();
    if (GENERATIONS.contains(method.getFullMethodName())) {
      return permitted(quotas.takeGeneration(tenant), call, headers, next);
    }
    if (method.getType().clientSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    var paced = new PacedRequests<>(call, quotas, tenant, timer);
    return paced.counted(next.startCall(paced, headers));
  }

  private static <Q, R> ServerCall.Listener<Q> permitted(
      Generations.Permit permit,
      ServerCall<Q, R> call,
      Metadata headers,
      ServerCallHandler<Q, R> next) {
    var releasing =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            permit.close(); // before the caller hears of it, who may call again at once
            super.close(status, trailers);
          }
        };
    try {
      return new Releasing<>(next.startCall(releasing, headers), permit);
    } catch (RuntimeException | Error e) {
      permit.close();
      throw e;
    }
  }

  /** Gives the permit back where a call ends otherwise than by its endpoint. */
  private static final class Releasing<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Generations.Permit permit;

    Releasing(ServerCall.Listener<Q> delegate, Generations.Permit permit) {
      super(delegate);
      this.permit = permit;
    }

    @Override
    public void onMessage(Q message) {
      releasing(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      releasing(super::onHalfClose);
    }

    @Override
    public void onReady() {
      releasing(super::onReady);
    }

    private void releasing(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException | Error e) {
        permit.close();
        throw e;
      }
    }

    @Override
    public void onCancel() {
      permit.close();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      permit.close();
      super.onComplete();
    }
  }
}
