package dev.sluice.bench.overload;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.BiConsumer;

/** Hears how one call ends: with which status, and with how many degradations. */
final class CallOutcome extends ClientCall.Listener<Integer> {

  private final BiConsumer<Status, Integer> listener;
  private int degradations;

  CallOutcome(BiConsumer<Status, Integer> listener) {
    this.listener = listener;
  }

  @Override
  public void onMessage(Integer response) {
    degradations = response;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    listener.accept(status, degradations);
  }
}
