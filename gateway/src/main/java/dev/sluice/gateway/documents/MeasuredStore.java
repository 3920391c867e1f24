package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.StoreMetrics.Operation;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import io.grpc.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store whose operations are timed, and which is asked in the background how much it holds. Owns
 * the store and the {@link UsageSampler}.
 */
public final class MeasuredStore implements DocumentStore {

  private final DocumentStore store;
  private final StoreMetrics metrics;
  private final UsageSampler sampler;

  /**
   * Starts sampling. Owns the store from now on.
   *
   * @param name of the kind of store in metrics
   */
  public MeasuredStore(DocumentStore store, String name, MeterRegistry registry) {
    this.store = store;
    this.metrics = new StoreMetrics(registry, name);
    this.sampler = new UsageSampler(name, store::usage, metrics::holds);
    sampler.start();
  }

  /** The store itself. */
  public DocumentStore unmeasured() {
    return store;
  }

  private <T> T timed(Operation operation, Supplier<T> work) {
    long start = System.nanoTime();
    Throwable failure = null;
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      metrics.ended(operation, System.nanoTime() - start, failure);
    }
  }

  private void timed(Operation operation, Runnable work) {
    timed(
        operation,
        () -> {
          work.run();
          return true;
        });
  }

  /** Until the future completes, with the wait for a place in the queue of writes. */
  private <T> CompletableFuture<T> written(
      Operation operation, Supplier<CompletableFuture<T>> work) {
    long start = System.nanoTime();
    CompletableFuture<T> writing;
    try {
      writing = work.get();
    } catch (RuntimeException | Error e) {
      metrics.ended(operation, System.nanoTime() - start, e);
      throw e;
    }
    return writing.whenComplete(
        (_, failure) -> metrics.ended(operation, System.nanoTime() - start, cause(failure)));
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : failure;
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    return timed(
        Operation.CREATE_COLLECTION, () -> store.create(key, model, chunkerVersion, types));
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return timed(Operation.GET_COLLECTION, () -> store.collection(key));
  }

  @Override
  public CollectionInfo collection(CollectionKey key, Deadline deadline) {
    return timed(Operation.GET_COLLECTION, () -> store.collection(key, deadline));
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    return timed(Operation.SIZE_COLLECTION, () -> store.size(key));
  }

  @Override
  public long documentCount(String tenant) {
    return timed(Operation.SIZE_COLLECTION, () -> store.documentCount(tenant));
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int limit) {
    return timed(Operation.LIST_COLLECTIONS, () -> store.collections(tenant, after, limit));
  }

  @Override
  public long collectionCount(String tenant) {
    return timed(Operation.LIST_COLLECTIONS, () -> store.collectionCount(tenant));
  }

  @Override
  public void delete(CollectionKey key) {
    timed(Operation.DELETE_COLLECTION, () -> store.delete(key));
  }

  @Override
  public Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId) {
    return timed(Operation.GET_VERSION, () -> store.stored(key, documentId));
  }

  @Override
  public Map<String, float[]> vectors(CollectionKey key, String documentId) {
    return timed(Operation.GET_VECTORS, () -> store.vectors(key, documentId));
  }

  @Override
  public CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    return written(Operation.UPSERT, () -> store.upsert(key, document, chunks, expected));
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return timed(Operation.GET, () -> store.document(key, documentId));
  }

  @Override
  public List<DocumentRecord> documents(
      CollectionKey key, String after, int limit, @Nullable Filter filter) {
    return timed(Operation.LIST, () -> store.documents(key, after, limit, filter));
  }

  @Override
  public CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    return written(Operation.DELETE, () -> store.deleteDocument(key, documentId, expected));
  }

  @Override
  public void requireVisible(CollectionKey key, WritePosition write, Deadline deadline) {
    timed(Operation.AWAIT_VISIBLE, () -> store.requireVisible(key, write, deadline));
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return timed(Operation.RETRIEVE, () -> store.retrieve(key, retrieval, deadline));
  }

  @Override
  public Retrieved retrieveAvailable(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return timed(Operation.RETRIEVE, () -> store.retrieveAvailable(key, retrieval, deadline));
  }

  @Override
  public StoreUsage usage(Deadline deadline) {
    return store.usage(deadline);
  }

  @Override
  public void close() {
    try (store) {
      sampler.close();
    }
  }
}
