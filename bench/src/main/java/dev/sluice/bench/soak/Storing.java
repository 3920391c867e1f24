package dev.sluice.bench.soak;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stores documents over a stream of their own, and waits until it ends: with what the last of them
 * was refused for, if one was.
 */
record Storing(Channel channel, List<Document> documents) {

  private static final long DEADLINE_SECONDS = 20;

  void run() {
    var ended = new CompletableFuture<Boolean>();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .upsertDocuments(
                new StreamObserver<>() {
                  private @Nullable Throwable refusal;

                  @Override
                  public void onNext(UpsertDocumentsResponse acknowledgement) {
                    if (acknowledgement.hasError()) {
                      refusal = StatusProto.toStatusRuntimeException(acknowledgement.getError());
                    }
                  }

                  @Override
                  public void onError(Throwable failure) {
                    ended.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    if (refusal == null) {
                      ended.complete(true);
                    } else {
                      ended.completeExceptionally(refusal);
                    }
                  }
                });
    for (Document document : documents) {
      requests.onNext(
          UpsertDocumentsRequest.newBuilder()
              .setCollection(SoakTexts.COLLECTION)
              .setDocument(document)
              .build());
    }
    requests.onCompleted();
    try {
      var _ = ended.join();
    } catch (CompletionException e) {
      throw Status.fromThrowable(e.getCause()).asRuntimeException();
    }
  }
}
