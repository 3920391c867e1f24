package dev.sluice.gateway;

import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The acknowledgements of an upsert stream, once as many have come as are awaited. */
final class Acknowledgements implements StreamObserver<UpsertDocumentsResponse> {

  final CompletableFuture<List<UpsertDocumentsResponse>> all = new CompletableFuture<>();

  /** How the stream failed. */
  final CompletableFuture<Code> failed = new CompletableFuture<>();

  private final List<UpsertDocumentsResponse> seen = new CopyOnWriteArrayList<>();
  private final int awaited;

  Acknowledgements(int awaited) {
    this.awaited = awaited;
  }

  @Override
  public void onNext(UpsertDocumentsResponse response) {
    seen.add(response);
    if (seen.size() == awaited) {
      all.complete(List.copyOf(seen));
    }
  }

  @Override
  public void onError(Throwable failure) {
    all.completeExceptionally(failure);
    failed.complete(Status.fromThrowable(failure).getCode());
  }

  @Override
  public void onCompleted() {}
}
