package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.Unavailable;
import dev.sluice.serving.failure.Failure.VersionConflict;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in which a tenant may keep so many documents and collections. Room is made before one is
 * stored and settled by what became of it, so that no number of streams or callers passes the
 * limit; to replace a document is free. Owns nothing: {@link #close} leaves the store open.
 */
public final class LimitedStore implements DocumentStore {

  /** How often another write may come between looking at a document and replacing it. */
  private static final int ATTEMPTS = 50;

  private final DocumentStore store;
  private final StorageLimits limits;
  private final TenantCounts documents;
  private final TenantCounts collections;

  public LimitedStore(DocumentStore store, StorageLimits limits) {
    this(store, limits, System::nanoTime);
  }

  LimitedStore(DocumentStore store, StorageLimits limits, LongSupplier clock) {
    this.store = store;
    this.limits = limits;
    this.documents = new TenantCounts(store::documentCount, clock);
    this.collections = new TenantCounts(store::collectionCount, clock);
  }

  /** Of a tenant's documents. */
  TenantCount documentsOf(String tenant) {
    return documents.of(tenant);
  }

  /** Of a tenant's collections. */
  TenantCount collectionsOf(String tenant) {
    return collections.of(tenant);
  }

  /** Snapshots under these limits, which also hold for what they bring back. */
  public SnapshotStore limiting(SnapshotStore snapshots) {
    return new LimitedSnapshots(snapshots, store, limits, documents, collections);
  }

  @Override
  public void requireRoom(String tenant) {
    limits
        .documents()
        .most(tenant)
        .ifPresent(most -> {
          TenantCount count = documentsOf(tenant);
          if (!count.reserve(1, most)) {
            throw limits.documents().exceeded(tenant, most);
          }
          count.settle(1, 0);
        });
  }

  @Override
  public CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    OptionalLong most = limits.documents().most(key.tenant());
    if (most.isEmpty() || expected instanceof ExpectedVersion.Exactly) {
      return store.upsert(key, document, chunks, expected); // none comes into being
    }
    TenantCount count = documentsOf(key.tenant());
    if (count.reserve(1, most.getAsLong())) {
      return settled(count, () -> store.upsert(key, document, chunks, expected));
    }
    return CompletableFuture.completedFuture(
        replaced(key, document, chunks, expected, most.getAsLong()));
  }

  private static CompletableFuture<Positioned<Upserted>> settled(
      TenantCount count, Supplier<CompletableFuture<Positioned<Upserted>>> work) {
    CompletableFuture<Positioned<Upserted>> writing;
    try {
      writing = work.get();
    } catch (RuntimeException | Error e) {
      count.settle(1, 0);
      throw e;
    }
    return writing.whenComplete((result, failure) -> {
      boolean created = failure == null && result.value() == Upserted.CREATED;
      count.settle(1, created ? 1 : 0);
      if (isUncertain(failure)) {
        count.forget();
      }
    });
  }

  /** Whether a write that failed may have been done all the same. */
  private static boolean isUncertain(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return cause instanceof Unavailable
        || cause instanceof Cancelled
        || cause instanceof DeadlineExceeded
        || cause instanceof Internal;
  }

  /** Without room: in place of the very version that is there, which makes no document more. */
  private Positioned<Upserted> replaced(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected,
      long most) {
    String id = document.record().id();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Positioned<StoredVersion> stored =
          store.stored(key, id).orElseThrow(() -> limits.documents().exceeded(key.tenant(), most));
      String version = stored.value().version();
      if (!expected.wants(document.record().version(), id, Optional.of(version))) {
        return new Positioned<>(Upserted.UNCHANGED, stored.position());
      }
      try {
        return Ingest.join(store.upsert(key, document, chunks, ExpectedVersion.exactly(version)));
      } catch (VersionConflict changed) {
        // by somebody else since it was looked at
      }
    }
    throw new Overloaded("the document is changed by too many at once", Duration.ofSeconds(1));
  }

  @Override
  public CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    CompletableFuture<Positioned<Boolean>> deletion =
        store.deleteDocument(key, documentId, expected);
    return limits.documents().most(key.tenant()).isEmpty()
        ? deletion
        : deletion.whenComplete((deleted, failure) -> {
          if (failure == null && deleted.value()) {
            documentsOf(key.tenant()).deleted(1);
          }
        });
  }

  @Override
  public void delete(CollectionKey key) {
    try {
      store.delete(key);
    } finally {
      documentsOf(key.tenant()).forget();
      collectionsOf(key.tenant()).forget();
    }
  }

  @Override
  public long documentCount(String tenant) {
    return store.documentCount(tenant);
  }

  @Override
  public long collectionCount(String tenant) {
    return store.collectionCount(tenant);
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    OptionalLong most = limits.collections().most(key.tenant());
    if (most.isEmpty()) {
      return store.create(key, model, chunkerVersion, types);
    }
    TenantCount count = collectionsOf(key.tenant());
    if (!count.reserve(1, most.getAsLong())) {
      throw isThere(key)
          ? new AlreadyExists("collection", key.collection())
          : limits.collections().exceeded(key.tenant(), most.getAsLong());
    }
    long created = 0;
    try {
      CollectionInfo info = store.create(key, model, chunkerVersion, types);
      created = 1;
      return info;
    } catch (Failure failure) {
      if (isUncertain(failure)) {
        count.forget();
      }
      throw failure;
    } finally {
      count.settle(1, created);
    }
  }

  private boolean isThere(CollectionKey key) {
    try {
      var _ = store.collection(key);
      return true;
    } catch (NotFound none) {
      return false;
    }
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return store.collection(key);
  }

  @Override
  public CollectionInfo collection(CollectionKey key, Deadline deadline) {
    return store.collection(key, deadline);
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    return store.size(key);
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int most) {
    return store.collections(tenant, after, most);
  }

  @Override
  public Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId) {
    return store.stored(key, documentId);
  }

  @Override
  public Map<String, float[]> vectors(CollectionKey key, String documentId) {
    return store.vectors(key, documentId);
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return store.document(key, documentId);
  }

  @Override
  public List<DocumentRecord> documents(
      CollectionKey key, String after, int most, @Nullable Filter filter) {
    return store.documents(key, after, most, filter);
  }

  @Override
  public void requireVisible(CollectionKey key, WritePosition write, Deadline deadline) {
    store.requireVisible(key, write, deadline);
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return store.retrieve(key, retrieval, deadline);
  }

  @Override
  public Retrieved retrieveAvailable(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return store.retrieveAvailable(key, retrieval, deadline);
  }

  @Override
  public StoreUsage usage(Deadline deadline) {
    return store.usage(deadline);
  }

  @Override
  public void close() {}
}
