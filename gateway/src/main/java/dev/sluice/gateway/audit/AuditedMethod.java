package dev.sluice.gateway.audit;

import com.google.protobuf.Message;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.DeleteSnapshotRequest;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.GroundingServiceGrpc;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.RestoreSnapshotRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SnapshotServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a method does to documents, and where its requests name them. A method that is missing here
 * is taken for one that changes something; a test finds it.
 *
 * @param changes whether it changes what is stored, so that its line must be written before its
 *     caller hears of it
 * @param subjects what a request names: none, one, or several
 */
record AuditedMethod(boolean changes, Function<Message, List<Subject>> subjects) {

  /** As many as a request may name; whether it names more is found out later. */
  private static final int MOST_NAMED = 100;

  private static final AuditedMethod UNKNOWN = new AuditedMethod(true, _ -> List.of());
  private static final Map<String, AuditedMethod> METHODS = new HashMap<>();

  static {
    changes(
        CollectionServiceGrpc.getCreateCollectionMethod(),
        CreateCollectionRequest.class,
        each -> Subject.collection(each.getCollection()));
    reads(
        CollectionServiceGrpc.getGetCollectionMethod(),
        GetCollectionRequest.class,
        each -> Subject.collection(each.getCollection()));
    names(CollectionServiceGrpc.getListCollectionsMethod());
    changes(
        CollectionServiceGrpc.getDeleteCollectionMethod(),
        DeleteCollectionRequest.class,
        each -> Subject.collection(each.getCollection()));

    changes(
        DocumentServiceGrpc.getUpsertDocumentsMethod(),
        UpsertDocumentsRequest.class,
        each -> Subject.collection(each.getCollection()));
    reads(
        DocumentServiceGrpc.getGetDocumentMethod(),
        GetDocumentRequest.class,
        each -> Subject.document(each.getCollection(), each.getDocumentId()));
    reads(
        DocumentServiceGrpc.getListDocumentsMethod(),
        ListDocumentsRequest.class,
        each -> Subject.collection(each.getCollection()));
    changes(
        DocumentServiceGrpc.getDeleteDocumentMethod(),
        DeleteDocumentRequest.class,
        each -> Subject.document(each.getCollection(), each.getDocumentId()));
    changes(
        DocumentServiceGrpc.getDeleteDocumentsMethod(),
        DeleteDocumentsRequest.class,
        each -> Subject.collection(each.getCollection()));

    changes(
        SnapshotServiceGrpc.getCreateSnapshotMethod(),
        CreateSnapshotRequest.class,
        each -> Subject.snapshot(each.getSnapshot(), each.getCollection()));
    names(SnapshotServiceGrpc.getListSnapshotsMethod());
    changes(
        SnapshotServiceGrpc.getDeleteSnapshotMethod(),
        DeleteSnapshotRequest.class,
        each -> Subject.snapshot(each.getSnapshot(), ""));
    changes(
        SnapshotServiceGrpc.getRestoreSnapshotMethod(),
        RestoreSnapshotRequest.class,
        each -> Subject.snapshot(each.getSnapshot(), each.getCollection()));

    reads(
        SearchServiceGrpc.getSearchMethod(),
        SearchRequest.class,
        each -> Subject.source(each.getCollection(), each.getDataSource()));
    reads(
        AnswerServiceGrpc.getAnswerMethod(),
        AnswerRequest.class,
        each -> Subject.source(each.getCollection(), each.getDataSource()));
    reads(
        AnswerServiceGrpc.getStreamAnswerMethod(),
        AnswerRequest.class,
        each -> Subject.source(each.getCollection(), each.getDataSource()));
    METHODS.put(
        GroundingServiceGrpc.getCheckGroundingMethod().getFullMethodName(),
        new AuditedMethod(false, AuditedMethod::evidence));

    // These name no documents of ours.
    names(EmbedServiceGrpc.getEmbedMethod());
    names(EmbedServiceGrpc.getEmbedStreamMethod());
    names(EmbedServiceGrpc.getCountTokensMethod());
    names(EmbedServiceGrpc.getGetEmbedModelMethod());
    names(RerankServiceGrpc.getRerankMethod());
    names(GenerateServiceGrpc.getGenerateMethod());
  }

  private static <Q extends Message> void changes(
      MethodDescriptor<Q, ?> method, Class<Q> type, Function<Q, Subject> subject) {
    put(method, type, subject, true);
  }

  private static <Q extends Message> void reads(
      MethodDescriptor<Q, ?> method, Class<Q> type, Function<Q, Subject> subject) {
    put(method, type, subject, false);
  }

  private static <Q extends Message> void put(
      MethodDescriptor<Q, ?> method, Class<Q> type, Function<Q, Subject> subject, boolean changes) {
    METHODS.put(
        method.getFullMethodName(),
        new AuditedMethod(
            changes,
            request ->
                type.isInstance(request) ? List.of(subject.apply(type.cast(request))) : List.of()));
  }

  private static void names(MethodDescriptor<?, ?> method) {
    METHODS.put(method.getFullMethodName(), new AuditedMethod(false, _ -> List.of()));
  }

  private static List<Subject> evidence(Message request) {
    return request instanceof CheckGroundingRequest check
        ? check.getDocumentsList().stream()
            .filter(each -> each.hasStored())
            .map(each ->
                Subject.document(
                    each.getStored().getCollection(), each.getStored().getDocumentId()))
            .limit(MOST_NAMED)
            .distinct()
            .toList()
        : List.of();
  }

  static AuditedMethod of(String fullName) {
    return METHODS.getOrDefault(fullName, UNKNOWN);
  }

  static boolean isKnown(String fullName) {
    return METHODS.containsKey(fullName);
  }
}
