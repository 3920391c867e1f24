package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.Collection;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.DeleteSnapshotRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.EvidenceDocument;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.GroundingServiceGrpc;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.ListSnapshotsRequest;
import dev.sluice.gateway.v1.RestoreSnapshotRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SnapshotServiceGrpc;
import dev.sluice.gateway.v1.StoredEvidence;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls every method of the gateway as a tenant that knows the names of another's things. Both have
 * a collection "shared" with a document "known"; the other one has "private" as well.
 */
final class TenantWalk {

  static final String SHARED = "shared";
  static final String PRIVATE = "private";
  static final String KNOWN = "known";
  static final String BACKUP = "backup";

  private final Channel stranger;
  private final String token;
  private final String page;
  private final boolean snapshots;
  private final Map<String, Runnable> steps = new LinkedHashMap<>();

  /**
   * @param token of the other tenant's last write into its "shared"
   * @param page token of the second page of the other tenant's "shared"
   * @param snapshots whether the store keeps some
   */
  TenantWalk(Channel stranger, String token, String page, boolean snapshots) {
    this.stranger = stranger;
    this.token = token;
    this.page = page;
    this.snapshots = snapshots;
    searches();
    documents();
    snapshots(); // before it has a "private" of its own
    collections();
    models();
  }

  /** The methods that it calls. */
  Set<String> methods() {
    return steps.keySet();
  }

  void walk() {
    steps.forEach((_, step) -> step.run());
  }

  private void step(String service, String method, Runnable step) {
    steps.put(service + "/" + method, step);
  }

  private static <S extends AbstractStub<S>> S patient(S stub) {
    return stub.withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /** How a stream ends. */
  private static final class LastStatus<R> implements StreamObserver<R> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(R response) {}

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  private static void ends(Code code, Supplier<?> call) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
  }

  private void searches() {
    var search = SearchServiceGrpc.newBlockingStub(stranger);
    SearchRequest.Builder query = SearchRequest.newBuilder().setQuery("gates control water");
    step(
        SearchServiceGrpc.SERVICE_NAME,
        "Search",
        () -> {
          assertThat(patient(search).search(query.setCollection(SHARED).build()).getResultsList())
              .extracting(SearchResult::getDocumentId)
              .containsOnly("own");
          ends(
              Code.FAILED_PRECONDITION,
              () -> patient(search).search(query.setConsistencyToken(token).build()));
          ends(
              Code.NOT_FOUND,
              () ->
                  patient(search)
                      .search(query.clearConsistencyToken().setCollection(PRIVATE).build()));
        });
    var answers = AnswerServiceGrpc.newBlockingStub(stranger);
    AnswerRequest question =
        AnswerRequest.newBuilder()
            .setCollection(SHARED)
            .addMessages(user("gates control water"))
            .build();
    AnswerRequest foreign = question.toBuilder().setCollection(PRIVATE).build();
    step(
        AnswerServiceGrpc.SERVICE_NAME,
        "Answer",
        () -> {
          assertThat(patient(answers).answer(question).getText()).contains("river");
          ends(Code.NOT_FOUND, () -> patient(answers).answer(foreign));
        });
    step(
        AnswerServiceGrpc.SERVICE_NAME,
        "StreamAnswer",
        () -> {
          patient(answers).streamAnswer(question).forEachRemaining(_ -> {});
          ends(Code.NOT_FOUND, () -> ImmutableList.copyOf(patient(answers).streamAnswer(foreign)));
        });
    var grounding = GroundingServiceGrpc.newBlockingStub(stranger);
    step(
        GroundingServiceGrpc.SERVICE_NAME,
        "CheckGrounding",
        () -> {
          for (String collection : List.of(SHARED, PRIVATE)) {
            StoredEvidence named =
                StoredEvidence.newBuilder().setCollection(collection).setDocumentId(KNOWN).build();
            ends(
                Code.NOT_FOUND,
                () ->
                    patient(grounding)
                        .checkGrounding(
                            CheckGroundingRequest.newBuilder()
                                .setText("Gates control water.")
                                .addDocuments(EvidenceDocument.newBuilder().setStored(named))
                                .build()));
          }
        });
  }

  private void documents() {
    var documents = DocumentServiceGrpc.newBlockingStub(stranger);
    String service = DocumentServiceGrpc.SERVICE_NAME;
    step(
        service,
        "GetDocument",
        () -> {
          for (String collection : List.of(SHARED, PRIVATE)) {
            ends(
                Code.NOT_FOUND,
                () ->
                    patient(documents)
                        .getDocument(
                            GetDocumentRequest.newBuilder()
                                .setCollection(collection)
                                .setDocumentId(KNOWN)
                                .build()));
          }
          GetDocumentRequest.Builder own =
              GetDocumentRequest.newBuilder().setCollection(SHARED).setDocumentId("own");
          assertThat(patient(documents).getDocument(own.build()).getId()).isEqualTo("own");
          ends(
              Code.FAILED_PRECONDITION,
              () -> patient(documents).getDocument(own.setConsistencyToken(token).build()));
        });
    step(
        service,
        "ListDocuments",
        () -> {
          ListDocumentsRequest all =
              ListDocumentsRequest.newBuilder().setCollection(SHARED).build();
          assertThat(patient(documents).listDocuments(all).getDocumentsList())
              .extracting(Document::getId)
              .containsExactly("own");
          ends(
              Code.NOT_FOUND,
              () ->
                  patient(documents).listDocuments(all.toBuilder().setCollection(PRIVATE).build()));
          ends(
              Code.INVALID_ARGUMENT,
              () -> patient(documents).listDocuments(all.toBuilder().setPageToken(page).build()));
          ends(
              Code.FAILED_PRECONDITION,
              () ->
                  patient(documents)
                      .listDocuments(all.toBuilder().setConsistencyToken(token).build()));
        });
    step(
        service,
        "DeleteDocument",
        () -> {
          for (String collection : List.of(SHARED, PRIVATE)) {
            ends(
                Code.NOT_FOUND,
                () ->
                    patient(documents)
                        .deleteDocument(
                            DeleteDocumentRequest.newBuilder()
                                .setCollection(collection)
                                .setDocumentId(KNOWN)
                                .build()));
          }
        });
    step(
        service,
        "DeleteDocuments",
        () -> {
          DeleteDocumentsRequest theirs =
              DeleteDocumentsRequest.newBuilder()
                  .setCollection(SHARED)
                  .setFilter("team == 'a'")
                  .build();
          assertThat(patient(documents).deleteDocuments(theirs).getDeletedCount()).isZero();
          ends(
              Code.NOT_FOUND,
              () ->
                  patient(documents)
                      .deleteDocuments(theirs.toBuilder().setCollection(PRIVATE).build()));
        });
    step(
        service,
        "UpsertDocuments",
        () -> {
          Document mine = Cluster.document(KNOWN, "A text of my own.");
          Status refused = Upserts.into(stranger, PRIVATE).send(mine).status();
          assertThat(refused.getCode()).isEqualTo(Code.NOT_FOUND);
          assertThat(Upserts.into(stranger, SHARED).send(mine).finish().acknowledged)
              .extracting(acknowledged -> acknowledged.getResult())
              .containsExactly(Result.CREATED);
        });
  }

  private void collections() {
    var collections = CollectionServiceGrpc.newBlockingStub(stranger);
    String service = CollectionServiceGrpc.SERVICE_NAME;
    step(
        service,
        "GetCollection",
        () -> {
          GetCollectionRequest shared =
              GetCollectionRequest.newBuilder().setCollection(SHARED).build();
          assertThat(patient(collections).getCollection(shared).getDocumentCount()).isEqualTo(2);
          ends(
              Code.NOT_FOUND,
              () ->
                  patient(collections)
                      .getCollection(shared.toBuilder().setCollection(PRIVATE).build()));
        });
    step(
        service,
        "ListCollections",
        () ->
            assertThat(
                    patient(collections)
                        .listCollections(ListCollectionsRequest.getDefaultInstance())
                        .getCollectionsList())
                .extracting(Collection::getName)
                .containsExactly(SHARED));
    step(
        service,
        "DeleteCollection",
        () ->
            ends(
                Code.NOT_FOUND,
                () ->
                    patient(collections)
                        .deleteCollection(
                            DeleteCollectionRequest.newBuilder().setCollection(PRIVATE).build())));
    step(
        service,
        "CreateCollection",
        () ->
            assertThat(
                    patient(collections)
                        .createCollection(
                            CreateCollectionRequest.newBuilder().setCollection(PRIVATE).build())
                        .getDocumentCount())
                .isZero());
  }

  private void snapshots() {
    var all = SnapshotServiceGrpc.newBlockingStub(stranger);
    String service = SnapshotServiceGrpc.SERVICE_NAME;
    Code none = snapshots ? Code.NOT_FOUND : Code.UNIMPLEMENTED;
    ListSnapshotsRequest list = ListSnapshotsRequest.getDefaultInstance();
    step(
        service,
        "ListSnapshots",
        () -> {
          if (snapshots) {
            assertThat(patient(all).listSnapshots(list).getSnapshotsList()).isEmpty();
          } else {
            ends(none, () -> patient(all).listSnapshots(list));
          }
        });
    step(
        service,
        "CreateSnapshot",
        () ->
            ends(
                none,
                () ->
                    patient(all)
                        .createSnapshot(
                            CreateSnapshotRequest.newBuilder()
                                .setSnapshot(BACKUP)
                                .setCollection(PRIVATE)
                                .build())));
    step(
        service,
        "RestoreSnapshot",
        () ->
            ends(
                none,
                () ->
                    patient(all)
                        .restoreSnapshot(
                            RestoreSnapshotRequest.newBuilder()
                                .setSnapshot(BACKUP)
                                .setReplace(true)
                                .build())));
    step(
        service,
        "DeleteSnapshot",
        () ->
            ends(
                none,
                () ->
                    patient(all)
                        .deleteSnapshot(
                            DeleteSnapshotRequest.newBuilder().setSnapshot(BACKUP).build())));
  }

  /** What they are told of the caller is looked at afterwards. */
  private void models() {
    var embed = EmbedServiceGrpc.newBlockingStub(stranger);
    String service = EmbedServiceGrpc.SERVICE_NAME;
    EmbedRequest text = EmbedRequest.newBuilder().addTexts("gates").build();
    step(service, "Embed", () -> patient(embed).embed(text));
    step(
        service,
        "EmbedStream",
        () -> {
          var responses = new LastStatus<EmbedResponse>();
          var requests = patient(EmbedServiceGrpc.newStub(stranger)).embedStream(responses);
          requests.onNext(text);
          requests.onCompleted();
          assertThat(responses.end.join().getCode()).isEqualTo(Code.UNIMPLEMENTED);
        });
    step(
        service,
        "CountTokens",
        () ->
            patient(embed).countTokens(CountTokensRequest.newBuilder().addTexts("gates").build()));
    step(
        service,
        "GetEmbedModel",
        () -> patient(embed).getEmbedModel(GetEmbedModelRequest.getDefaultInstance()));
    step(
        RerankServiceGrpc.SERVICE_NAME,
        "Rerank",
        () ->
            patient(RerankServiceGrpc.newBlockingStub(stranger))
                .rerank(
                    RerankRequest.newBuilder()
                        .setQuery("gates")
                        .addDocuments(RerankDocument.newBuilder().setText("gates"))
                        .build()));
    step(
        GenerateServiceGrpc.SERVICE_NAME,
        "Generate",
        () ->
            patient(GenerateServiceGrpc.newBlockingStub(stranger))
                .generate(
                    GenerateRequest.newBuilder()
                        .addMessages(user("gates"))
                        .addDocuments(
                            GroundingDocument.newBuilder()
                                .setId("1")
                                .setText("Gates control water."))
                        .build())
                .forEachRemaining(_ -> {}));
  }
}
