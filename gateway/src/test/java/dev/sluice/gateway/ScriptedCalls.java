package dev.sluice.gateway;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The calls of one scripted method: what came, with how much time, and when its caller gave up.
 * Requests that break the rules of their proto file are remembered.
 */
final class ScriptedCalls<Q extends Message> {

  private static final Validator RULES = ValidatorFactory.newBuilder().build();

  /**
   * A call as it came.
   *
   * @param leftNanos until its deadline; {@code Long.MAX_VALUE} without one
   * @param abandoned complete once its caller gave up, in {@code System.nanoTime}
   */
  record Received<Q>(Q request, long leftNanos, CompletableFuture<Long> abandoned) {}

  volatile Script script = Script.OBEDIENT;
  final List<Received<Q>> received = new CopyOnWriteArrayList<>();
  final List<String> violations = new CopyOnWriteArrayList<>();

  /** Whether the call is to be served; it has ended otherwise. */
  boolean serves(Q request, StreamObserver<?> response) {
    note(request);
    try {
      script.call(received.size());
      return !Context.current().isCancelled();
    } catch (RuntimeException e) {
      response.onError(e);
    } catch (InterruptedException e) {
      response.onError(Status.CANCELLED.asRuntimeException());
    }
    return false;
  }

  private void note(Q request) {
    Deadline deadline = Context.current().getDeadline();
    var abandoned = new CompletableFuture<Long>();
    Context.current().addListener(context -> abandoned.complete(System.nanoTime()), Runnable::run);
    received.add(
        new Received<>(
            request,
            deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS),
            abandoned));
    try {
      RULES
          .validate(request)
          .getViolations()
          .forEach(violation -> violations.add(violation.toProto().toString()));
    } catch (ValidationException e) {
      throw new AssertionError(e);
    }
  }

  void reset() {
    script = Script.OBEDIENT;
    received.clear();
  }
}
