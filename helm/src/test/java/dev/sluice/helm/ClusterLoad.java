package dev.sluice.helm;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Message.Role;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A caller of a cluster that goes on with everything a gateway can do, well-formed and not, one
 * call after the other, until it is closed.
 */
final class ClusterLoad implements AutoCloseable {

  private static final String COLLECTION = "load";
  private static final String TEXT =
      "The gateway divides the deadline of a call over its stages. Each stage gets what it usually"
          + " takes. What is left goes to the generation of the answer. Round %d says so. ";

  private final ManagedChannel channel;
  private final CompletableFuture<Void> work;
  private volatile boolean closed;

  /**
   * @param target of the gateway
   */
  ClusterLoad(String target) {
    channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    work = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
  }

  /** Throws what ended it before its time. */
  void check() {
    if (work.isDone()) {
      work.join();
    }
  }

  private void run() {
    try {
      CollectionServiceGrpc.newBlockingStub(channel)
          .createCollection(CreateCollectionRequest.newBuilder().setCollection(COLLECTION).build());
      for (int round = 0; !closed; round++) {
        documents(round);
        searches(round);
        answers();
        embed(round);
      }
    } catch (StatusRuntimeException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  private void documents(int round) {
    var documents = DocumentServiceGrpc.newBlockingStub(channel);
    String id = "d" + round % 50;
    upsert(channel, id, TEXT.formatted(round).repeat(5));
    documents.getDocument(
        GetDocumentRequest.newBuilder().setCollection(COLLECTION).setDocumentId(id).build());
    documents.listDocuments(ListDocumentsRequest.newBuilder().setCollection(COLLECTION).build());
    if (round % 5 == 4) {
      documents.deleteDocument(
          DeleteDocumentRequest.newBuilder().setCollection(COLLECTION).setDocumentId(id).build());
    }
  }

  private static void upsert(Channel channel, String id, String text) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel)
            .upsertDocuments(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UpsertDocumentsResponse acknowledgement) {}

                  @Override
                  public void onError(Throwable thrown) {
                    done.completeExceptionally(thrown);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(null);
                  }
                });
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection(COLLECTION)
            .setDocument(Document.newBuilder().setId(id).setText(text))
            .build());
    requests.onCompleted();
    done.orTimeout(1, TimeUnit.MINUTES).join();
  }

  private void searches(int round) {
    var search = SearchServiceGrpc.newBlockingStub(channel);
    SearchRequest.Builder request =
        SearchRequest.newBuilder().setCollection(COLLECTION).setQuery("deadline round " + round);
    search.search(request.build());
    refused(() -> search.search(request.setFilter("no filter (").build()));
    refused(() -> search.search(request.clearFilter().setCollection("none").build()));
  }

  private void answers() {
    AnswerRequest request =
        AnswerRequest.newBuilder()
            .setCollection(COLLECTION)
            .addMessages(
                Message.newBuilder()
                    .setRole(Role.USER)
                    .setContent("How is the deadline of a call divided?"))
            .build();
    var answers = AnswerServiceGrpc.newBlockingStub(channel);
    answers.answer(request);
    answers.streamAnswer(request).forEachRemaining(_ -> {});
  }

  private void embed(int round) {
    var embed = EmbedServiceGrpc.newBlockingStub(channel);
    embed.embed(
        EmbedRequest.newBuilder()
            .setInputType(EmbedRequest.InputType.SEARCH_DOCUMENT)
            .addTexts("A text of round " + round)
            .addTexts(TEXT.formatted(round).repeat(2))
            .build());
  }

  private static void refused(Runnable call) {
    try {
      call.run();
      throw new IllegalStateException("a bad call was answered");
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.INVALID_ARGUMENT
          && e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    channel.shutdownNow();
    work.exceptionally(_ -> null).join();
  }
}
