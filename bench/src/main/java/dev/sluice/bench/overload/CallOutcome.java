package dev.sluice.bench.overload;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;

/** Hears how one call ends: with which status, and with how many degradations. */
final class CallOutcome implements StreamObserver<Integer> {

  private final BiConsumer<Status, Integer> listener;
  private int degradations;

  CallOutcome(BiConsumer<Status, Integer> listener) {
    this.listener = listener;
  }

  @Override
  public void onNext(Integer response) {
    degradations = response;
  }

  @Override
  public void onError(Throwable failure) {
    listener.accept(Status.fromThrowable(failure), 0);
  }

  @Override
  public void onCompleted() {
    listener.accept(Status.OK, degradations);
  }
}
