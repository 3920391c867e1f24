package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.StoreUsage;
import dev.sluice.gateway.documents.StoreUsage.Disk;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** How much all indexes of a prefix hold, and how much room the data nodes' disks have. */
final class ClusterUsage {

  private static final Map<String, String> STORED =
      Map.of("filter_path", "_all.total.store.size_in_bytes,error");
  private static final Map<String, String> DISKS = Map.of("filter_path", "nodes.*.fs.total,error");
  private static final Map<String, Object> COUNTS =
      Map.of(
          "size",
          0,
          "track_total_hits",
          true,
          "aggs",
          Map.of("chunks", Map.of("sum", Map.of("field", IndexDefinition.CHUNK_COUNT))));

  private final Cluster cluster;
  private final String indexes;

  ClusterUsage(Cluster cluster, IndexNames names) {
    this.cluster = cluster;
    this.indexes = names.all();
  }

  StoreUsage read(Deadline deadline) {
    JsonNode counts =
        cluster
            .send(Cluster.json("POST", "/" + indexes + "/_search", Map.of(), COUNTS), deadline)
            .of("");
    JsonNode stored =
        cluster.send(Cluster.get("/" + indexes + "/_stats/store", STORED), deadline).of("");
    return new StoreUsage(
        counts.path("hits").path("total").path("value").asLong(),
        counts.path("aggregations").path("chunks").path("value").asLong(),
        stored.path("_all").path("total").path("store").path("size_in_bytes").asLong(),
        disk(deadline));
  }

  /** The fullest one; unknown where the gateway's user may not ask. */
  private Optional<Disk> disk(Deadline deadline) {
    try {
      JsonNode nodes =
          cluster.send(Cluster.get("/_nodes/data:true/stats/fs", DISKS), deadline).of("");
      return StreamSupport.stream(nodes.path("nodes").spliterator(), false)
          .map(node -> node.path("fs").path("total"))
          .map(fs ->
              new Disk(fs.path("available_in_bytes").asLong(), fs.path("total_in_bytes").asLong()))
          .filter(disk -> disk.total() > 0)
          .min(Comparator.comparingDouble(disk -> (double) disk.free() / disk.total()));
    } catch (Failure.Internal refused) {
      return Optional.empty();
    }
  }
}
