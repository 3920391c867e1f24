package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceStub;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One upsert stream as a caller sees it. */
final class UpsertCall
    implements ClientResponseObserver<UpsertDocumentsRequest, UpsertDocumentsResponse> {

  final List<UpsertDocumentsResponse> responses = Collections.synchronizedList(new ArrayList<>());
  final CompletableFuture<Status> end = new CompletableFuture<>();
  private final CompletableFuture<ClientCallStreamObserver<UpsertDocumentsRequest>> requests =
      new CompletableFuture<>();
  private final String collection;

  UpsertCall(DocumentServiceStub stub, String collection) {
    this.collection = collection;
    stub.upsertDocuments(this);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<UpsertDocumentsRequest> stream) {
    requests.complete(stream);
  }

  UpsertCall send(Document... documents) {
    for (Document document : documents) {
      send(
          UpsertDocumentsRequest.newBuilder()
              .setCollection(collection)
              .setDocument(document)
              .build());
    }
    return this;
  }

  void send(UpsertDocumentsRequest request) {
    requests.join().onNext(request);
  }

  void cancel() {
    requests.join().cancel("enough", null);
  }

  /** Half-closes and waits for the end. */
  Status finish() {
    requests.join().onCompleted();
    return end.orTimeout(30, TimeUnit.SECONDS).join();
  }

  Status awaitEnd() {
    return end.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public void onNext(UpsertDocumentsResponse response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable thrown) {
    end.complete(Status.fromThrowable(thrown));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
