package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.gateway.v1.Collection;
import dev.sluice.gateway.v1.CollectionServiceGrpc.CollectionServiceImplBase;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionResponse;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.gateway.v1.ListCollectionsResponse;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.NotFound;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** Serves the collections of a store. Owns neither the store nor the embedder. */
public final class CollectionEndpoint extends CollectionServiceImplBase {

  private static final int DEFAULT_PAGE = 100;

  /** The most that the store is asked for at a time: one that declares many types is large. */
  private static final int BATCH = 20;

  private final DocumentStore store;
  private final Embedder embedder;

  public CollectionEndpoint(DocumentStore store, Embedder embedder) {
    this.store = store;
    this.embedder = embedder;
  }

  private static CollectionKey key(String collection) {
    return CollectionKey.of(Caller.current(), collection);
  }

  @Override
  public void createCollection(
      CreateCollectionRequest request, StreamObserver<Collection> responses) {
    CollectionInfo created =
        store.create(
            key(request.getCollection()),
            embedder.model(),
            Chunker.VERSION,
            MetadataTypes.of(request.getMetadataTypesMap()));
    responses.onNext(message(created, new CollectionSize(0, 0)));
    responses.onCompleted();
  }

  @Override
  public void getCollection(GetCollectionRequest request, StreamObserver<Collection> responses) {
    responses.onNext(message(store.collection(key(request.getCollection()))));
    responses.onCompleted();
  }

  @Override
  public void listCollections(
      ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> responses) {
    String tenant = Caller.current().tenant();
    String[] scope = {"collections", tenant};
    int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    String after = PageToken.read(request.getPageToken(), scope);
    ListCollectionsResponse.Builder page = ListCollectionsResponse.newBuilder();
    fill(page, tenant, after, limit)
        .ifPresent(last -> page.setNextPageToken(PageToken.after(last, scope)));
    responses.onNext(page.build());
    responses.onCompleted();
  }

  /** The last name on the page, where more follow. */
  private Optional<String> fill(
      ListCollectionsResponse.Builder page, String tenant, String after, int limit) {
    String last = after;
    int count = 0;
    int bytes = 0;
    int asked;
    List<CollectionInfo> found;
    do {
      asked = Math.min(BATCH, limit - count + 1);
      found = store.collections(tenant, last, asked);
      for (CollectionInfo info : found) {
        if (count == limit || bytes > DocumentEndpoint.PAGE_BYTES) {
          return Optional.of(last);
        }
        bytes += addUnlessDeleted(info, page);
        last = info.key().collection();
        count++;
      }
    } while (found.size() == asked);
    return Optional.empty();
  }

  /** How many bytes it has; none where it was deleted since it was listed. */
  private int addUnlessDeleted(CollectionInfo info, ListCollectionsResponse.Builder page) {
    try {
      Collection collection = message(info);
      page.addCollections(collection);
      return collection.getSerializedSize();
    } catch (NotFound deleted) {
      return 0;
    }
  }

  @Override
  public void deleteCollection(
      DeleteCollectionRequest request, StreamObserver<DeleteCollectionResponse> responses) {
    store.delete(key(request.getCollection()));
    responses.onNext(DeleteCollectionResponse.getDefaultInstance());
    responses.onCompleted();
  }

  private Collection message(CollectionInfo info) {
    return message(info, store.size(info.key()));
  }

  private static Collection message(CollectionInfo info, CollectionSize size) {
    return Collection.newBuilder()
        .setName(info.key().collection())
        .setModel(info.model().model())
        .setModelFingerprint(info.model().fingerprint())
        .setDimension(info.model().dimension())
        .setChunkerVersion(info.chunkerVersion())
        .setCreateTime(DocumentEndpoint.timestamp(info.createTime()))
        .setDocumentCount(size.documents())
        .setChunkCount(size.chunks())
        .putAllMetadataTypes(info.metadataTypes().written())
        .build();
  }
}
