package dev.sluice.gateway.documents.opensearch;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.serving.failure.Failure.NotFound;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The writers of the collections that were written to. Owns them. */
final class BulkWriters implements AutoCloseable {

  private final Cluster cluster;
  private final IndexNames names;
  private final Map<CollectionKey, BulkWriter> writers = new ConcurrentHashMap<>();

  BulkWriters(Cluster cluster, IndexNames names) {
    this.cluster = cluster;
    this.names = names;
  }

  /** Blocks while too many writes of the collection wait. */
  <T> CompletableFuture<T> submit(CollectionKey key, BulkWrite<T> write) {
    return writers.computeIfAbsent(key, this::start).submit(write);
  }

  private BulkWriter start(CollectionKey key) {
    return BulkWriter.start(cluster, key.collection(), names.writeAlias(key));
  }

  /** Fails the writes of a collection that wait, because it is going to be deleted. */
  void discard(CollectionKey key) {
    BulkWriter writer = writers.remove(key);
    if (writer != null) {
      writer.discard(new NotFound("collection", key.collection()));
    }
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    writers.values().forEach(BulkWriter::close);
  }
}
