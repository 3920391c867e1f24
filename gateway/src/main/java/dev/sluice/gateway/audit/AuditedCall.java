package dev.sluice.gateway.audit;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * A call of which no change is acknowledged before it is written down; where that fails, the call
 * ends and whatever else is to be sent is dropped.
 */
final class AuditedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  private final CallTrail trail;
  private boolean refused;

  AuditedCall(ServerCall<Q, R> call, CallTrail trail) {
    super(call);
    this.trail = trail;
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (refused) {
      return;
    }
    try {
      trail.response(message);
    } catch (Failure failure) {
      refuse(FailureStatus.exception(failure));
      return;
    }
    super.sendMessage(message);
  }

  private void refuse(StatusRuntimeException answer) {
    refused = true;
    trail.end(answer.getStatus().getCode());
    Metadata trailers = Status.trailersFromThrowable(answer);
    super.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!refused) {
      trail.end(code(status));
      super.close(status, trailers);
    }
  }

  private Status.Code code(Status status) {
    Throwable cause = status.getCause();
    return status.getCode() == Status.Code.UNKNOWN && cause != null
        ? CallAudit.code(cause, this)
        : status.getCode();
  }
}
