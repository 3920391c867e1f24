package dev.sluice.serving.server;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/**
 * Answers the requests of a bidirectional stream one after the other. Reads the next request only
 * when the caller reads its answers, so that neither side's memory grows.
 */
public final class InOrder<Q, R> implements StreamObserver<Q> {

  private final ServerCallStreamObserver<R> responses;
  private final Function<Q, R> answer;
  private boolean waiting = true;

  private InOrder(ServerCallStreamObserver<R> responses, Function<Q, R> answer) {
    this.responses = responses;
    this.answer = answer;
  }

  /** What to return from the endpoint's method. All callbacks of a call run one at a time. */
  public static <Q, R> StreamObserver<Q> answer(
      StreamObserver<R> responses, Function<Q, R> answer) {
    var stream = new InOrder<>((ServerCallStreamObserver<R>) responses, answer);
    stream.responses.disableAutoRequest();
    stream.responses.setOnReadyHandler(stream::readOn);
    return stream;
  }

  private void readOn() {
    if (waiting && responses.isReady()) {
      waiting = false;
      responses.request(1);
    }
  }

  @Override
  public void onNext(Q request) {
    responses.onNext(answer.apply(request));
    waiting = true;
    readOn();
  }

  @Override
  public void onError(Throwable thrown) {
    // The caller went away; the call's context is cancelled, which stops what runs for it.
    responses.onError(Status.CANCELLED.asRuntimeException());
  }

  @Override
  public void onCompleted() {
    responses.onCompleted();
  }
}
