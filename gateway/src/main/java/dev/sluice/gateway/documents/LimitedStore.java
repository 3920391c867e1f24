package dev.sluice.gateway.documents;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
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
 * A store in which a tenant may keep so many documents. Room is made before a document is stored
 * and settled by what became of it, so that no number of streams passes the limit; to replace is
 * free. Owns nothing: {@link #close} leaves the store open.
 */
public final class LimitedStore implements DocumentStore {

  private static final int MOST_TENANTS = 100_000;
  private static final Duration IDLE = Duration.ofHours(1);

  /** How often another write may come between looking at a document and replacing it. */
  private static final int ATTEMPTS = 50;

  private final DocumentStore store;
  private final DocumentLimit limit;
  private final LoadingCache<String, TenantCount> counts;

  public LimitedStore(DocumentStore store, DocumentLimit limit) {
    this(store, limit, System::nanoTime);
  }

  LimitedStore(DocumentStore store, DocumentLimit limit, LongSupplier clock) {
    this.store = store;
    this.limit = limit;
    this.counts =
        Caffeine.newBuilder()
            .maximumSize(MOST_TENANTS)
            .expireAfterAccess(IDLE)
            .build(tenant -> new TenantCount(() -> store.documentCount(tenant), clock));
  }

  /** What is counted of a tenant. */
  TenantCount count(String tenant) {
    return counts.get(tenant);
  }

  /** The same limits where snapshots bring documents back. */
  public SnapshotStore limiting(SnapshotStore snapshots) {
    return new LimitedSnapshots(snapshots, store, limit, this::count);
  }

  @Override
  public void requireRoom(String tenant) {
    limit
        .most(tenant)
        .ifPresent(most -> {
          TenantCount count = count(tenant);
          if (!count.reserve(1, most)) {
            throw limit.exceeded(tenant, most);
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
    OptionalLong most = limit.most(key.tenant());
    if (most.isEmpty() || expected instanceof ExpectedVersion.Exactly) {
      return store.upsert(key, document, chunks, expected); // none comes into being
    }
    TenantCount count = count(key.tenant());
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
          store.stored(key, id).orElseThrow(() -> limit.exceeded(key.tenant(), most));
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
    return limit.most(key.tenant()).isEmpty()
        ? deletion
        : deletion.whenComplete((deleted, failure) -> {
          if (failure == null && deleted.value()) {
            count(key.tenant()).deleted(1);
          }
        });
  }

  @Override
  public void delete(CollectionKey key) {
    try {
      store.delete(key);
    } finally {
      count(key.tenant()).forget();
    }
  }

  @Override
  public long documentCount(String tenant) {
    return store.documentCount(tenant);
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    return store.create(key, model, chunkerVersion, types);
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
