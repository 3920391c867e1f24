package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.NotFound;
import io.grpc.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one place that keeps tenants apart: every operation on a collection passes here, and only
 * with a key of the current caller's tenant. Another tenant's collection does not exist, whatever
 * went wrong above: a key that was mixed up, or a thread that has lost its caller. Owns no store.
 */
public final class TenantStore implements DocumentStore {

  private final DocumentStore store;

  public TenantStore(DocumentStore store) {
    this.store = store;
  }

  /** {@code NotFound} for a tenant that is not the current caller's. */
  static void requireOwn(String tenant, String kind, String name) {
    if (!tenant.equals(Caller.current().tenant())) {
      throw new NotFound(kind, name);
    }
  }

  private static CollectionKey own(CollectionKey key) {
    requireOwn(key.tenant(), "collection", key.collection());
    return key;
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    return store.create(own(key), model, chunkerVersion, types);
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return store.collection(own(key));
  }

  @Override
  public CollectionInfo collection(CollectionKey key, Deadline deadline) {
    return store.collection(own(key), deadline);
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    return store.size(own(key));
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int limit) {
    requireOwn(tenant, "collection", after);
    return store.collections(tenant, after, limit);
  }

  @Override
  public void delete(CollectionKey key) {
    store.delete(own(key));
  }

  @Override
  public Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId) {
    return store.stored(own(key), documentId);
  }

  @Override
  public Map<String, float[]> vectors(CollectionKey key, String documentId) {
    return store.vectors(own(key), documentId);
  }

  @Override
  public CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    return store.upsert(own(key), document, chunks, expected);
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return store.document(own(key), documentId);
  }

  @Override
  public List<DocumentRecord> documents(
      CollectionKey key, String after, int limit, @Nullable Filter filter) {
    return store.documents(own(key), after, limit, filter);
  }

  @Override
  public CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    return store.deleteDocument(own(key), documentId, expected);
  }

  @Override
  public void requireVisible(CollectionKey key, WritePosition write, Deadline deadline) {
    store.requireVisible(own(key), write, deadline);
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return store.retrieve(own(key), retrieval, deadline);
  }

  @Override
  public Retrieved retrieveAvailable(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return store.retrieveAvailable(own(key), retrieval, deadline);
  }

  @Override
  public long collectionCount(String tenant) {
    requireOwn(tenant, "tenant", tenant);
    return store.collectionCount(tenant);
  }

  @Override
  public long documentCount(String tenant) {
    requireOwn(tenant, "tenant", tenant);
    return store.documentCount(tenant);
  }

  @Override
  public void requireRoom(String tenant) {
    requireOwn(tenant, "tenant", tenant);
    store.requireRoom(tenant);
  }

  @Override
  public StoreUsage usage(Deadline deadline) {
    return store.usage(deadline);
  }

  /** Nothing: whoever opened the store closes it. */
  @Override
  public void close() {}
}
