package dev.sluice.gateway.documents.opensearch;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.ExpectedVersion;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.StoredVersion;
import dev.sluice.gateway.documents.Upserted;
import dev.sluice.gateway.documents.opensearch.BulkWrite.Expectation;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.Internal;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Writes documents. OpenSearch knows nothing of our versions: one that is expected is looked up,
 * and the write then names the operation that was looked at. If another one came between,
 * OpenSearch refuses it, and it is looked up again. The threads of such writes end with them.
 */
final class DocumentWrites {

  private static final Executor THREADS =
      work -> Thread.ofVirtual().name("conditional-write").start(work);

  private final Cluster cluster;
  private final CollectionIndexes indexes;
  private final DocumentReads reads;
  private final BulkWriters writers;
  private final Visibility visibility;

  DocumentWrites(
      Cluster cluster,
      CollectionIndexes indexes,
      DocumentReads reads,
      BulkWriters writers,
      Visibility visibility) {
    this.cluster = cluster;
    this.indexes = indexes;
    this.reads = reads;
    this.writers = writers;
    this.visibility = visibility;
  }

  CompletableFuture<Positioned<Upserted>> put(
      CollectionKey key, DocumentSource source, ExpectedVersion expected) {
    SeenCollection collection = indexes.find(key);
    return expected instanceof ExpectedVersion.Any
        ? write(collection, BulkWrite.put(collection, source, new Expectation.None()))
        : conditionally(() -> attempt(collection, source, expected));
  }

  private Optional<Positioned<Upserted>> attempt(
      SeenCollection collection, DocumentSource source, ExpectedVersion expected) {
    String id = source.document().id();
    Optional<Positioned<StoredVersion>> stored = reads.latest(collection, id);
    if (!expected.wants(source.document().record().version(), id, version(stored))) {
      visibility.refresh(collection.info().key(), cluster.inTime());
      return stored.map(each -> new Positioned<>(Upserted.UNCHANGED, each.position()));
    }
    return unlessRaced(write(collection, BulkWrite.put(collection, source, expectation(stored))));
  }

  CompletableFuture<Positioned<Boolean>> delete(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    SeenCollection collection = indexes.find(key);
    return expected instanceof ExpectedVersion.Any
        ? write(collection, BulkWrite.delete(collection, documentId, new Expectation.None()))
        : conditionally(() -> attempt(collection, documentId, expected));
  }

  private Optional<Positioned<Boolean>> attempt(
      SeenCollection collection, String documentId, ExpectedVersion expected) {
    Optional<Positioned<StoredVersion>> stored = reads.latest(collection, documentId);
    if (stored.isEmpty()) {
      return Optional.of(new Positioned<>(false, collection.beginning()));
    }
    expected.check(documentId, version(stored));
    return unlessRaced(
        write(collection, BulkWrite.delete(collection, documentId, expectation(stored))));
  }

  private static Optional<String> version(Optional<Positioned<StoredVersion>> stored) {
    return stored.map(each -> each.value().version());
  }

  private static Expectation expectation(Optional<Positioned<StoredVersion>> stored) {
    return stored.isPresent()
        ? new Expectation.Last(stored.get().position())
        : new Expectation.Absent();
  }

  /** Tries as long as others come between. */
  private <T> CompletableFuture<T> conditionally(Supplier<Optional<T>> attempt) {
    Deadline deadline = cluster.inTime();
    return CompletableFuture.supplyAsync(
        () -> {
          while (!deadline.isExpired()) {
            Optional<T> done = attempt.get();
            if (done.isPresent()) {
              return done.get();
            }
          }
          throw ClusterFailures.late();
        },
        Context.currentContextExecutor(THREADS));
  }

  /** Empty when the document was changed since it was looked at. */
  private static <T> Optional<T> unlessRaced(CompletableFuture<T> write) {
    try {
      return Optional.of(write.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BulkWrite.Raced) {
        return Optional.empty();
      }
      throw e.getCause() instanceof Failure failure
          ? failure
          : new Internal("the document store failed", e);
    }
  }

  /** A write that fails may have found out that the collection is another one than was seen. */
  private <T> CompletableFuture<Positioned<T>> write(
      SeenCollection collection, BulkWrite<T> write) {
    CollectionKey key = collection.info().key();
    return writers
        .submit(collection, write)
        .whenComplete((result, failure) -> {
          if (failure == null) {
            visibility.seen(key, result);
          } else if (!(failure instanceof BulkWrite.Raced)) {
            indexes.forget(key);
          }
        });
  }
}
