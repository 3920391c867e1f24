package dev.sluice.bench.chaos;

import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores, replaces and deletes documents, and tells the ledger what was acknowledged. */
final class Writes {

  /** Of so many writes one makes a new document. */
  private static final int NEW = 3;

  private final Channel channel;
  private final Ledger ledger;
  private final AtomicInteger writes = new AtomicInteger();

  Writes(Channel channel, Ledger ledger) {
    this.channel = channel;
    this.ledger = ledger;
  }

  Ending upsert() {
    return writes.getAndIncrement() % NEW == 0
        ? write(ledger.create())
        : write(ledger.replace().orElseGet(ledger::create));
  }

  /** Stores a document that never was. */
  Ending create() {
    return write(ledger.create());
  }

  private Ending write(Sample sample) {
    try {
      UpsertDocumentsResponse response = send(sample);
      if (response.hasError()) {
        ledger.doubted(sample);
        return Ending.failed(response.getError());
      }
      ledger.acknowledged(sample, response.getVersion(), System.nanoTime());
      return Ending.ok(
          response.getDocumentId().equals(sample.id()) ? "" : "another's acknowledgement");
    } catch (CompletionException e) {
      ledger.doubted(sample);
      return Ending.failed(e.getCause() == null ? e : e.getCause());
    }
  }

  private UpsertDocumentsResponse send(Sample sample) {
    Acknowledgement acknowledgement = new Acknowledgement();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel).upsertDocuments(acknowledgement);
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection(MixedLoad.COLLECTION)
            .setDocument(Document.newBuilder().setId(sample.id()).setText(sample.text()))
            .build());
    requests.onCompleted();
    return acknowledgement.response.join();
  }

  Ending delete() {
    Optional<Sample> chosen = ledger.delete();
    if (chosen.isEmpty()) {
      return Ending.ok("");
    }
    Sample sample = chosen.get();
    try {
      var _ =
          DocumentServiceGrpc.newBlockingStub(channel)
              .deleteDocument(
                  DeleteDocumentRequest.newBuilder()
                      .setCollection(MixedLoad.COLLECTION)
                      .setDocumentId(sample.id())
                      .build());
      ledger.deleted(sample, System.nanoTime());
      return Ending.ok("");
    } catch (StatusRuntimeException e) {
      ledger.deletionDoubted(sample);
      boolean gone = e.getStatus().getCode() == Status.Code.NOT_FOUND;
      return gone
          ? Ending.ok("an acknowledged document was not there to delete: " + sample.id())
          : Ending.failed(e);
    }
  }

  private static final class Acknowledgement implements StreamObserver<UpsertDocumentsResponse> {
    private final CompletableFuture<UpsertDocumentsResponse> response = new CompletableFuture<>();

    @Override
    public void onNext(UpsertDocumentsResponse acknowledged) {
      response.complete(acknowledged);
    }

    @Override
    public void onError(Throwable failure) {
      response.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      response.completeExceptionally(
          Status.INTERNAL.withDescription("no acknowledgement").asRuntimeException());
    }
  }
}
