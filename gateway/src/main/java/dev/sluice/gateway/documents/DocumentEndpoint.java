package dev.sluice.gateway.documents;

import com.google.protobuf.Timestamp;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.WrittenFilter;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentResponse;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.DeleteDocumentsResponse;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceImplBase;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.ListDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves the documents of a store. Owns neither the store nor the embedder. */
public final class DocumentEndpoint extends DocumentServiceImplBase {

  private static final int DEFAULT_PAGE = 100;

  /** How long a call without a deadline waits until it sees a write. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A page ends early beyond this, in bytes: callers receive 4 MiB unless they ask for more. */
  static final int PAGE_BYTES = 2 << 20;

  private final DocumentStore store;
  private final Ingest ingest;
  private final UpsertLimits limits;
  private final Set<UpsertStream> streams = ConcurrentHashMap.newKeySet();

  /** Refuses texts of more than {@code maxDocumentBytes} of UTF-8. */
  public DocumentEndpoint(
      DocumentStore store, Embedder embedder, Chunker chunker, int maxDocumentBytes) {
    this(
        store,
        embedder,
        chunker,
        UpsertLimits.ofDocuments(maxDocumentBytes),
        EmbedRetry.DEFAULT,
        InstantSource.system());
  }

  DocumentEndpoint(
      DocumentStore store,
      Embedder embedder,
      Chunker chunker,
      UpsertLimits limits,
      EmbedRetry retry,
      InstantSource clock) {
    this.store = store;
    this.ingest = new Ingest(store, embedder, chunker, limits, retry, clock);
    this.limits = limits;
  }

  private static CollectionKey key(String collection) {
    return CollectionKey.of(Caller.current(), collection);
  }

  @Override
  public StreamObserver<UpsertDocumentsRequest> upsertDocuments(
      StreamObserver<UpsertDocumentsResponse> responses) {
    Caller caller = Caller.current();
    AtomicReference<@Nullable UpsertStream> opened = new AtomicReference<>();
    UpsertStream stream =
        new UpsertStream(
            (ServerCallStreamObserver<UpsertDocumentsResponse>) responses,
            collection -> writable(caller, collection),
            ingest,
            limits,
            () -> streams.removeIf(each -> each == opened.get()));
    opened.set(stream);
    streams.add(stream);
    stream.start();
    return stream;
  }

  /** Ends the open streams as soon as what they read is stored and acknowledged. */
  public void drain() {
    streams.forEach(UpsertStream::drain);
  }

  private CollectionKey writable(Caller caller, String collection) {
    if (collection.isEmpty()) {
      throw new InvalidInput("collection", "must be set in the first request of a stream");
    }
    CollectionKey key = CollectionKey.of(caller, collection);
    ingest.checkModel(key);
    return key;
  }

  @Override
  public void getDocument(GetDocumentRequest request, StreamObserver<Document> responses) {
    CollectionKey key = key(request.getCollection());
    StoredDocument document =
        readAfter(
                key,
                request.getConsistencyToken(),
                () -> store.document(key, request.getDocumentId()))
            .orElseThrow(() -> new NotFound("document", request.getDocumentId()));
    responses.onNext(message(document.record()).setText(document.text()).build());
    responses.onCompleted();
  }

  @Override
  public void listDocuments(
      ListDocumentsRequest request, StreamObserver<ListDocumentsResponse> responses) {
    CollectionKey key = key(request.getCollection());
    String written = request.getFilter();
    Filter filter = written.isEmpty() ? null : filter(key, written);
    String[] scope = {"documents", key.tenant(), key.collection(), written};
    int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    String after = PageToken.read(request.getPageToken(), scope);
    List<DocumentRecord> found =
        readAfter(
            key,
            request.getConsistencyToken(),
            () -> store.documents(key, after, limit + 1, filter));
    ListDocumentsResponse.Builder page = ListDocumentsResponse.newBuilder();
    int bytes = 0;
    for (DocumentRecord record : found) {
      if (page.getDocumentsCount() == limit || bytes > PAGE_BYTES) {
        String last = page.getDocuments(page.getDocumentsCount() - 1).getId();
        page.setNextPageToken(PageToken.after(last, scope));
        break;
      }
      Document document = message(record).build();
      bytes += document.getSerializedSize();
      page.addDocuments(document);
    }
    responses.onNext(page.build());
    responses.onCompleted();
  }

  @Override
  public void deleteDocument(
      DeleteDocumentRequest request, StreamObserver<DeleteDocumentResponse> responses) {
    CollectionKey key = key(request.getCollection());
    ExpectedVersion expected =
        request.getIfVersion().isEmpty()
            ? ExpectedVersion.any()
            : ExpectedVersion.exactly(request.getIfVersion());
    Positioned<Boolean> deleted =
        Ingest.join(store.deleteDocument(key, request.getDocumentId(), expected));
    if (!deleted.value()) {
      throw new NotFound("document", request.getDocumentId());
    }
    responses.onNext(
        DeleteDocumentResponse.newBuilder()
            .setConsistencyToken(deleted.position().token())
            .build());
    responses.onCompleted();
  }

  @Override
  public void deleteDocuments(
      DeleteDocumentsRequest request, StreamObserver<DeleteDocumentsResponse> responses) {
    CollectionKey key = key(request.getCollection());
    FilteredDeletion deletion = new FilteredDeletion(store, key, filter(key, request.getFilter()));
    DeleteDocumentsResponse.Builder response =
        DeleteDocumentsResponse.newBuilder().setDeletedCount(deletion.run());
    WritePosition last = deletion.last();
    if (last != null) {
      response.setConsistencyToken(last.token());
    }
    responses.onNext(response.build());
    responses.onCompleted();
  }

  private Filter filter(CollectionKey key, String written) {
    WrittenFilter filter = WrittenFilter.of(written);
    filter.check(store.collection(key).metadataTypes());
    return filter.filter();
  }

  private <T> T readAfter(CollectionKey key, String token, Supplier<T> reading) {
    Deadline own = Context.current().getDeadline();
    Deadline deadline = own == null ? Deadline.after(PATIENCE.toSeconds(), TimeUnit.SECONDS) : own;
    return store.readAfter(key, WritePosition.read(token), deadline, reading);
  }

  private static Document.Builder message(DocumentRecord record) {
    return Document.newBuilder()
        .setId(record.id())
        .setTitle(record.title())
        .setFormat(record.format())
        .setMetadata(record.metadata())
        .setVersion(record.version())
        .setUpdateTime(timestamp(record.updateTime()))
        .setChunkCount(record.chunkCount());
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
