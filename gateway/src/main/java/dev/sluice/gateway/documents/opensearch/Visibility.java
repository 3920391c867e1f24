package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.WritePosition;
import io.grpc.Deadline;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Up to which write this gateway knows searches to see: those that it was told the end of, since
 * those are answered when they are visible on all copies. Refreshes an index that is asked for
 * more, and one of several shards in any case, since places of different shards cannot be compared.
 */
final class Visibility {

  private static final Map<String, String> OPERATIONS =
      Map.of("level", "shards", "filter_path", "indices.*.shards.*.seq_no,error");

  private final Cluster cluster;
  private final IndexNames names;
  private final CollectionIndexes indexes;
  private final Map<CollectionKey, WritePosition> known = new ConcurrentHashMap<>();

  Visibility(Cluster cluster, IndexNames names, CollectionIndexes indexes) {
    this.cluster = cluster;
    this.names = names;
    this.indexes = indexes;
  }

  /** To be called with what a write ended with. */
  void seen(CollectionKey key, Positioned<?> write) {
    note(key, write.position());
  }

  private void note(CollectionKey key, WritePosition visible) {
    known.merge(key, visible, (before, now) -> isKnown(now, before) ? before : now);
  }

  private static boolean isKnown(WritePosition write, WritePosition visible) {
    return write.collection().equals(visible.collection()) && !write.isAfter(visible);
  }

  /** As {@code DocumentStore.requireVisible}. */
  void require(CollectionKey key, WritePosition write, Deadline deadline) {
    SeenCollection collection = indexes.read(key, deadline);
    if (!collection.index().equals(write.collection())) {
      throw WritePosition.mismatch(key);
    }
    WritePosition visible = known.get(key);
    boolean comparable = collection.shards() == 1;
    if (visible == null || !(comparable ? isKnown(write, visible) : write.equals(visible))) {
      refresh(key, deadline);
      requireOperation(key, write, deadline);
      note(key, write);
    }
  }

  /** Makes visible what is written. */
  void refresh(CollectionKey key, Deadline deadline) {
    String path = "/" + names.index(key) + "/_refresh";
    JsonNode answer =
        cluster.send(Cluster.json("POST", path, Map.of(), Map.of()), deadline).of(key.collection());
    JsonNode shards = answer.path("_shards");
    if (shards.path("failed").asInt() > 0) {
      throw ClusterFailures.partial(shards.path("failed").asInt(), shards.path("total").asInt());
    }
  }

  /** An index that was restored over itself has lost its last operations. */
  private void requireOperation(CollectionKey key, WritePosition write, Deadline deadline) {
    String path = "/" + names.index(key) + "/_stats";
    JsonNode answer = cluster.send(Cluster.get(path, OPERATIONS), deadline).of(key.collection());
    long last = -1;
    for (JsonNode copy : answer.findValues("max_seq_no")) {
      last = Math.max(last, copy.asLong());
    }
    if (write.sequence() > last) {
      throw WritePosition.mismatch(key);
    }
  }
}
