package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Deadline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.generic.Request;
import org.opensearch.client.opensearch.generic.Response;

/**
 * One state of an index, searched until a deadline, and which of its shards did not answer.
 * Confined to a thread. {@link #close} does not wait.
 */
final class PointInTime implements AutoCloseable {

  private static final String PATH = "/_search/point_in_time";
  private static final long LONGEST_SECONDS = 600;

  private final Cluster cluster;
  private final String collection;
  private final Deadline deadline;
  private final boolean whole;
  private final String id;
  private final int shards;
  private final int unopened;
  private int silent;

  private PointInTime(
      Cluster cluster, String collection, Deadline deadline, boolean whole, JsonNode opened) {
    this.cluster = cluster;
    this.collection = collection;
    this.deadline = deadline;
    this.whole = whole;
    this.id = opened.path("pit_id").asText();
    JsonNode counts = opened.path("_shards");
    this.shards = counts.path("total").asInt();
    this.unopened = shards - counts.path("successful").asInt();
  }

  /**
   * @param whole whether it fails when a shard does not answer
   */
  static PointInTime open(
      Cluster cluster, String index, String collection, boolean whole, Deadline deadline) {
    Map<String, String> query =
        Map.of(
            "keep_alive", keepAlive(deadline),
            "allow_partial_pit_creation", Boolean.toString(!whole));
    Request open = Cluster.json("POST", "/" + index + PATH, query, Map.of());
    JsonNode opened = cluster.send(open, deadline).of(collection);
    return new PointInTime(cluster, collection, deadline, whole, opened);
  }

  private static String keepAlive(Deadline deadline) {
    long seconds = Math.clamp(deadline.timeRemaining(TimeUnit.SECONDS), 0, LONGEST_SECONDS);
    return seconds + 1 + "s";
  }

  /** Finds documents whose best passages have scores that are of one measure on all shards. */
  CompletableFuture<Response> byWords(Map<String, Object> query, int size) {
    return search(query, size, List.of(), "dfs_query_then_fetch");
  }

  /** The same, with stored fields of the documents. */
  CompletableFuture<Response> byWords(Map<String, Object> query, int size, String field) {
    return search(query, size, List.of(field), "dfs_query_then_fetch");
  }

  CompletableFuture<Response> byVector(Map<String, Object> query, int size) {
    return search(query, size, List.of(), "query_then_fetch");
  }

  private CompletableFuture<Response> search(
      Map<String, Object> query, int size, List<String> fields, String type) {
    Map<String, Object> body = new HashMap<>();
    body.put("pit", Map.of("id", id, "keep_alive", keepAlive(deadline)));
    body.put("query", query);
    body.put("size", size);
    body.put("_source", false);
    body.put("track_total_hits", false);
    body.put("timeout", Math.max(1, deadline.timeRemaining(TimeUnit.MILLISECONDS)) + "ms");
    if (!fields.isEmpty()) {
      body.put("stored_fields", fields);
    }
    Map<String, String> how =
        Map.of("allow_partial_search_results", Boolean.toString(!whole), "search_type", type);
    return cluster.start(Cluster.json("POST", "/_search", how, body));
  }

  /** The answer, from all shards where it must be whole, and at least from one. */
  JsonNode answer(CompletableFuture<Response> reply) {
    JsonNode answer = cluster.await(reply, deadline).of(collection);
    if (answer.path("timed_out").asBoolean()) {
      throw ClusterFailures.late();
    }
    JsonNode counts = answer.path("_shards");
    int answered = counts.path("successful").asInt();
    silent = Math.max(silent, counts.path("total").asInt() - answered);
    if (answered == 0) {
      throw ClusterFailures.unavailable(new IllegalStateException("no shard answered"));
    }
    if (whole && silent > 0) {
      throw ClusterFailures.partial(silent, shards);
    }
    return answer;
  }

  /** Which shards did not answer, when there were any. */
  @Nullable Unavailable missing() {
    int missing = unopened + silent;
    return missing == 0 ? null : ClusterFailures.partial(missing, shards);
  }

  /** Nobody waits for it; what is not released ends by itself. */
  @Override
  public void close() {
    var _ = cluster.start(Cluster.json("DELETE", PATH, Map.of(), Map.of("pit_id", List.of(id))));
  }
}
