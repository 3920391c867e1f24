package dev.sluice.example;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.Message;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Stores a document and asks a question about it. */
public final class ClientExample {

  private ClientExample() {}

  /** The answer, by the gateway at the other end of the channel. */
  public static AnswerResponse storeAndAsk(Channel channel) {
    CollectionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .createCollection(CreateCollectionRequest.newBuilder().setCollection("handbook").build());

    store(
        channel,
        Document.newBuilder()
            .setId("keys.md")
            .setTitle("Keys")
            .setFormat(Document.Format.MARKDOWN)
            .setText(
                "# Rotation\n\n"
                    + "Signing keys are rotated every 90 days. Old keys stay valid for a week.")
            .build());

    return AnswerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .answer(
            AnswerRequest.newBuilder()
                .setCollection("handbook")
                .addMessages(
                    Message.newBuilder()
                        .setRole(Message.Role.USER)
                        .setContent("How often are signing keys rotated?"))
                .build());
  }

  /** Returns when the document is on disk. */
  private static void store(Channel channel, Document document) {
    var stored = new CompletableFuture<UpsertDocumentsResponse>();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel)
            .withDeadlineAfter(1, TimeUnit.MINUTES)
            .upsertDocuments(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UpsertDocumentsResponse acknowledgement) {
                    stored.complete(acknowledgement);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    stored.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection("handbook")
            .setDocument(document)
            .build());
    requests.onCompleted();
    if (stored.join().hasError()) {
      throw new IllegalStateException(stored.join().getError().getMessage());
    }
  }
}
