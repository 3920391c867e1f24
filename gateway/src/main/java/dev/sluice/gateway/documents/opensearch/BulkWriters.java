package dev.sluice.gateway.documents.opensearch;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.serving.failure.Failure.NotFound;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The writers of the collections that were written to. Owns them. */
final class BulkWriters implements AutoCloseable {

  private final Cluster cluster;
  private final IndexNames names;
  private final Map<Written, BulkWriter> writers = new ConcurrentHashMap<>();

  /** A collection, and none that has its name before or after it. */
  private record Written(CollectionKey key, String id) {}

  BulkWriters(Cluster cluster, IndexNames names) {
    this.cluster = cluster;
    this.names = names;
  }

  /** Blocks while too many writes of the collection wait. */
  <T> CompletableFuture<Positioned<T>> submit(SeenCollection collection, BulkWrite<T> write) {
    Written written = new Written(collection.info().key(), collection.id());
    return writers.computeIfAbsent(written, this::start).submit(write);
  }

  private BulkWriter start(Written written) {
    CollectionKey key = written.key();
    return BulkWriter.start(cluster, key.collection(), names.writeAlias(key, written.id()));
  }

  /** Fails the writes of a collection that wait, because it is going to be deleted. */
  void discard(CollectionKey key) {
    for (Written each : List.copyOf(writers.keySet())) {
      BulkWriter writer = each.key().equals(key) ? writers.remove(each) : null;
      if (writer != null) {
        writer.discard(new NotFound("collection", key.collection()));
      }
    }
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    writers.values().forEach(BulkWriter::close);
  }
}
