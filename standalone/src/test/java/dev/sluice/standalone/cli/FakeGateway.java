package dev.sluice.standalone.cli;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import dev.sluice.client.AnswerFold;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.Collection;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionResponse;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentResponse;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.DeleteDocumentsResponse;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.gateway.v1.ListCollectionsResponse;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.ListDocumentsResponse;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.type.v1.StageReport;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * A gateway in memory: keeps documents, refuses the word REFUSE, answers what the test tells it to.
 */
final class FakeGateway {

  final NavigableMap<String, Map<String, Document>> collections = new ConcurrentSkipListMap<>();
  final Queue<DeleteDocumentsRequest> deletions = new ConcurrentLinkedQueue<>();
  final Map<String, Map<String, MetadataType>> types = new ConcurrentHashMap<>();
  final Queue<SearchRequest> searches = new ConcurrentLinkedQueue<>();
  final Queue<AnswerRequest> questions = new ConcurrentLinkedQueue<>();
  final Queue<String> embedded = new ConcurrentLinkedQueue<>();
  volatile Function<SearchRequest, SearchResponse> search =
      request -> SearchResponse.getDefaultInstance();
  volatile Function<AnswerRequest, List<AnswerEvent>> answer = request -> List.of();

  /** Ends an upsert stream after so many documents. */
  volatile int documentsBeforeFailure = Integer.MAX_VALUE;

  /** Runs before the document of this place in a stream is stored. */
  volatile IntConsumer beforeDocument = index -> {};

  /** What searches and answers fail with, when anything. */
  final AtomicReference<StatusRuntimeException> failure = new AtomicReference<>();

  Map<String, Document> collection(String name) {
    return collections.getOrDefault(name, Map.of());
  }

  List<BindableService> services() {
    return List.of(
        new Collections(), new Documents(), new Searches(), new Answers(), new Embeddings());
  }

  static StatusRuntimeException noCollection(String name) {
    return Status.NOT_FOUND
        .withDescription("no collection named '" + name + "'")
        .asRuntimeException();
  }

  static com.google.rpc.Status violation(String field, String description) {
    return com.google.rpc.Status.newBuilder()
        .setCode(Code.INVALID_ARGUMENT_VALUE)
        .setMessage("bad input")
        .addDetails(
            Any.pack(
                BadRequest.newBuilder()
                    .addFieldViolations(
                        BadRequest.FieldViolation.newBuilder()
                            .setField(field)
                            .setDescription(description))
                    .build()))
        .build();
  }

  private static <T> void reply(StreamObserver<T> observer, T message) {
    observer.onNext(message);
    observer.onCompleted();
  }

  private final class Collections extends CollectionServiceGrpc.CollectionServiceImplBase {

    @Override
    public void createCollection(
        CreateCollectionRequest request, StreamObserver<Collection> observer) {
      if (collections.putIfAbsent(request.getCollection(), new ConcurrentHashMap<>()) != null) {
        observer.onError(Status.ALREADY_EXISTS.asRuntimeException());
      } else {
        types.put(request.getCollection(), request.getMetadataTypesMap());
        reply(observer, Collection.newBuilder().setName(request.getCollection()).build());
      }
    }

    @Override
    public void getCollection(GetCollectionRequest request, StreamObserver<Collection> observer) {
      if (collections.containsKey(request.getCollection())) {
        reply(
            observer,
            Collection.newBuilder()
                .setName(request.getCollection())
                .putAllMetadataTypes(types.getOrDefault(request.getCollection(), Map.of()))
                .build());
      } else {
        observer.onError(noCollection(request.getCollection()));
      }
    }

    @Override
    public void listCollections(
        ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> observer) {
      ListCollectionsResponse.Builder response = ListCollectionsResponse.newBuilder();
      collections.keySet().forEach(name -> response.addCollectionsBuilder().setName(name));
      reply(observer, response.build());
    }

    @Override
    public void deleteCollection(
        DeleteCollectionRequest request, StreamObserver<DeleteCollectionResponse> observer) {
      if (collections.remove(request.getCollection()) == null) {
        observer.onError(noCollection(request.getCollection()));
      } else {
        reply(observer, DeleteCollectionResponse.getDefaultInstance());
      }
    }
  }

  private final class Documents extends DocumentServiceGrpc.DocumentServiceImplBase {

    @Override
    public StreamObserver<UpsertDocumentsRequest> upsertDocuments(
        StreamObserver<UpsertDocumentsResponse> observer) {
      return new Upsert(observer);
    }

    @Override
    public void listDocuments(
        ListDocumentsRequest request, StreamObserver<ListDocumentsResponse> observer) {
      ListDocumentsResponse.Builder response = ListDocumentsResponse.newBuilder();
      collection(request.getCollection())
          .keySet()
          .forEach(id -> response.addDocumentsBuilder().setId(id));
      reply(observer, response.build());
    }

    @Override
    public void deleteDocument(
        DeleteDocumentRequest request, StreamObserver<DeleteDocumentResponse> observer) {
      if (collection(request.getCollection()).remove(request.getDocumentId()) == null) {
        observer.onError(Status.NOT_FOUND.asRuntimeException());
      } else {
        reply(observer, DeleteDocumentResponse.getDefaultInstance());
      }
    }

    @Override
    public void deleteDocuments(
        DeleteDocumentsRequest request, StreamObserver<DeleteDocumentsResponse> observer) {
      deletions.add(request);
      try {
        check(request.getCollection());
        Map<String, Document> documents = collection(request.getCollection());
        reply(
            observer,
            DeleteDocumentsResponse.newBuilder().setDeletedCount(documents.size()).build());
      } catch (StatusRuntimeException e) {
        observer.onError(e);
      }
    }

    @Override
    public void getDocument(GetDocumentRequest request, StreamObserver<Document> observer) {
      Document stored = collection(request.getCollection()).get(request.getDocumentId());
      if (stored == null) {
        observer.onError(Status.NOT_FOUND.asRuntimeException());
      } else {
        reply(observer, stored);
      }
    }
  }

  private final class Upsert implements StreamObserver<UpsertDocumentsRequest> {

    private final StreamObserver<UpsertDocumentsResponse> observer;
    private String collection = "";
    private int index;

    Upsert(StreamObserver<UpsertDocumentsResponse> observer) {
      this.observer = observer;
    }

    @Override
    public void onNext(UpsertDocumentsRequest request) {
      collection = request.getCollection().isEmpty() ? collection : request.getCollection();
      if (index == documentsBeforeFailure) {
        observer.onError(Status.UNAVAILABLE.withDescription("gone").asRuntimeException());
        return;
      }
      beforeDocument.accept(index);
      observer.onNext(store(request.getDocument()).setIndex(index++).build());
    }

    private UpsertDocumentsResponse.Builder store(Document document) {
      UpsertDocumentsResponse.Builder response =
          UpsertDocumentsResponse.newBuilder().setDocumentId(document.getId());
      if (document.getText().contains("REFUSE")) {
        return response.setError(violation("document.text", "says REFUSE"));
      }
      Document before =
          collections
              .getOrDefault(collection, new ConcurrentHashMap<>())
              .put(document.getId(), document);
      return response
          .setChunkCount(2)
          .setResult(
              before == null
                  ? Result.CREATED
                  : before.equals(document) ? Result.UNCHANGED : Result.REPLACED);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      observer.onCompleted();
    }
  }

  private final class Searches extends SearchServiceGrpc.SearchServiceImplBase {

    @Override
    public void search(SearchRequest request, StreamObserver<SearchResponse> observer) {
      searches.add(request);
      try {
        check(request.getCollection());
        reply(observer, search.apply(request));
      } catch (StatusRuntimeException e) {
        observer.onError(e);
      }
    }
  }

  private void check(String collection) {
    StatusRuntimeException planned = failure.get();
    if (planned != null) {
      throw planned;
    }
    if (!collections.containsKey(collection)) {
      throw noCollection(collection);
    }
  }

  private final class Answers extends AnswerServiceGrpc.AnswerServiceImplBase {

    @Override
    public void streamAnswer(AnswerRequest request, StreamObserver<AnswerEvent> observer) {
      questions.add(request);
      try {
        check(request.getCollection());
        answer.apply(request).forEach(observer::onNext);
        observer.onCompleted();
      } catch (StatusRuntimeException e) {
        observer.onError(e);
      }
    }

    @Override
    public void answer(AnswerRequest request, StreamObserver<AnswerResponse> observer) {
      questions.add(request);
      reply(observer, AnswerFold.of(answer.apply(request).iterator()));
    }
  }

  private final class Embeddings extends EmbedServiceGrpc.EmbedServiceImplBase {

    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> observer) {
      embedded.addAll(request.getTextsList());
      reply(
          observer,
          EmbedResponse.newBuilder()
              .setStageReport(StageReport.newBuilder().setStage("embed"))
              .build());
    }
  }

  /** A failure with details, as the gateway sends them. */
  static StatusRuntimeException failure(com.google.rpc.Status status) {
    return StatusProto.toStatusRuntimeException(status);
  }
}
