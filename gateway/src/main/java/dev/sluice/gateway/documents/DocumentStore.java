package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure.NotFound;
import io.grpc.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps collections of documents and finds their passages. Every method throws {@code NotFound} for
 * an unknown collection, {@code StorageFull} or {@code Internal} when the storage fails; the
 * futures complete with the same. Safe for any number of threads.
 */
public interface DocumentStore extends AutoCloseable {

  /** Creates an empty collection. {@code AlreadyExists} when there is one of this name. */
  CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types);

  /** The same without declared types. */
  default CollectionInfo create(CollectionKey key, EmbedModel model, String chunkerVersion) {
    return create(key, model, chunkerVersion, MetadataTypes.NONE);
  }

  /** What the collection was created with. */
  CollectionInfo collection(CollectionKey key);

  /**
   * The same for who has until a deadline: {@code DeadlineExceeded} when it is not known by then.
   */
  default CollectionInfo collection(CollectionKey key, Deadline deadline) {
    return collection(key);
  }

  /** How much it holds. */
  CollectionSize size(CollectionKey key);

  /** At most {@code limit} collections of a tenant by name, those after the given name. */
  List<CollectionInfo> collections(String tenant, String after, int limit);

  /** How many collections a tenant has. */
  default long collectionCount(String tenant) {
    return collections(tenant, "", Integer.MAX_VALUE).size();
  }

  /** How many documents all collections of a tenant hold, those counted that reads see. */
  default long documentCount(String tenant) {
    long count = 0;
    for (CollectionInfo info : collections(tenant, "", Integer.MAX_VALUE)) {
      try {
        count += size(info.key()).documents();
      } catch (NotFound deleted) {
        // since it was listed
      }
    }
    return count;
  }

  /**
   * Returns where a tenant may have a document more, as far as it is known before it is stored; so
   * that no work is put into one that has no room.
   */
  default void requireRoom(String tenant) {}

  /** Deletes a collection with its documents. Who reads it meanwhile finishes or gets NotFound. */
  void delete(CollectionKey key);

  /** The stored version of a document, if there is one, and since when at the latest. */
  Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId);

  /** The stored version of a document, if there is one. */
  default Optional<StoredVersion> version(CollectionKey key, String documentId) {
    return stored(key, documentId).map(Positioned::value);
  }

  /**
   * The vectors of a stored document's passages by what was embedded: {@link Chunk#read}. None
   * without such a document. Some may be missing, or be those of another version of it.
   */
  Map<String, float[]> vectors(CollectionKey key, String documentId);

  /**
   * Stores a document whole in place of the one of its id, if that is the expected one. Completes
   * when it is durable and every retrieval that starts later sees it; with {@code AlreadyExists} or
   * {@code VersionConflict} when another version is there, which is found out where writes are put
   * in order: of many writes that expect the same version one succeeds. Blocks while too many
   * writes wait.
   */
  CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected);

  /** The same whatever is there. */
  default CompletableFuture<Upserted> upsert(
      CollectionKey key, StoredDocument document, List<EmbeddedChunk> chunks) {
    return upsert(key, document, chunks, ExpectedVersion.any()).thenApply(Positioned::value);
  }

  /** A document with its text, if there is one. */
  Optional<StoredDocument> document(CollectionKey key, String documentId);

  /**
   * At most {@code limit} documents in the order of their ids' code points, those after the id.
   *
   * @param filter which ones; all without it
   */
  List<DocumentRecord> documents(
      CollectionKey key, String after, int limit, @Nullable Filter filter);

  /** The same of all documents. */
  default List<DocumentRecord> documents(CollectionKey key, String after, int limit) {
    return documents(key, after, limit, null);
  }

  /**
   * Deletes a document, if it is the expected one. Completes with whether there was one, when its
   * end is durable; with {@code VersionConflict} when there is one of another version.
   */
  CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected);

  /** The same whatever is there. */
  default CompletableFuture<Boolean> deleteDocument(CollectionKey key, String documentId) {
    return deleteDocument(key, documentId, ExpectedVersion.any()).thenApply(Positioned::value);
  }

  /**
   * Returns when every read that starts later contains a write and all before it, whichever gateway
   * acknowledged it. {@code Precondition} when the collection is another one now than was written
   * to, or has lost the write; {@code DeadlineExceeded}.
   */
  void requireVisible(CollectionKey key, WritePosition write, Deadline deadline);

  /**
   * What a reading of the collection gives, which contains a write if one is given. It is asked for
   * before and after: else what was read could be of a collection that was made again meanwhile.
   */
  default <T> T readAfter(
      CollectionKey key, @Nullable WritePosition write, Deadline deadline, Supplier<T> reading) {
    if (write == null) {
      return reading.get();
    }
    requireVisible(key, write, deadline);
    T read = reading.get();
    requireVisible(key, write, deadline);
    return read;
  }

  /**
   * Passages that the query's words or its vector find, best {@code candidatesPerLeg} of each, in
   * no order. Both legs read one state of the collection, and every leg that ran gives its exact
   * score to all candidates, also to those that only the other leg found. {@code DeadlineExceeded}
   * when it is not done by the deadline.
   */
  List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline);

  /**
   * The same from those parts of the storage that answer, where it has parts, and whether some did
   * not. The other method is {@code Unavailable} then.
   */
  default Retrieved retrieveAvailable(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return Retrieved.whole(retrieve(key, retrieval, deadline));
  }

  /** How much it holds, all collections together. May take as long as it has. */
  StoreUsage usage(Deadline deadline);

  /** Finishes the writes that wait and lets go of the storage. */
  @Override
  void close();
}
