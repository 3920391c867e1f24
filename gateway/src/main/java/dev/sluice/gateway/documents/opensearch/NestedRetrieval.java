package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.Retrieval;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.generic.Request;
import org.opensearch.client.opensearch.generic.Response;

/**
 * One retrieval on one point in time of an index. The legs, at once, only find candidates; one more
 * request then gets them all with their BM25 and vectors, so that no score depends on which leg
 * found a passage.
 */
final class NestedRetrieval {

  private static final String PIT_PATH = "/_search/point_in_time";
  private static final long LONGEST_SECONDS = 600;

  private final Cluster cluster;
  private final String collection;
  private final @Nullable Map<String, Integer> terms;
  private final float @Nullable [] vector;
  private final int limit;
  private final double scaleOfBm25;
  private final Deadline deadline;

  /**
   * @param terms of the query's text, and how often they stand in it; null without a text
   */
  NestedRetrieval(
      Cluster cluster,
      String collection,
      Retrieval retrieval,
      @Nullable Map<String, Integer> terms,
      double scaleOfBm25,
      Deadline deadline) {
    this.cluster = cluster;
    this.collection = collection;
    this.terms = terms;
    this.vector = retrieval.vector();
    this.limit = Math.min(retrieval.candidatesPerLeg(), IndexDefinition.MOST_PASSAGES / 2);
    this.scaleOfBm25 = scaleOfBm25;
    this.deadline = deadline;
  }

  List<Candidate> run(String index) {
    Map<String, String> query =
        Map.of("keep_alive", keepAlive(), "allow_partial_pit_creation", "false");
    Request open = Cluster.json("POST", "/" + index + PIT_PATH, query, Map.of());
    String pit = cluster.send(open, deadline).of(collection).path("pit_id").asText();
    try {
      return candidates(pit, find(pit));
    } finally {
      release(pit);
    }
  }

  private String keepAlive() {
    long seconds = Math.clamp(deadline.timeRemaining(TimeUnit.SECONDS), 0, LONGEST_SECONDS);
    return seconds + 1 + "s";
  }

  /** Nobody waits for it; what is not released ends by itself. */
  private void release(String pit) {
    var _ =
        cluster.start(Cluster.json("DELETE", PIT_PATH, Map.of(), Map.of("pit_id", List.of(pit))));
  }

  private Set<String> find(String pit) {
    List<CompletableFuture<Response>> legs = new ArrayList<>();
    if (terms != null && !terms.isEmpty()) {
      legs.add(search(pit, Legs.lexical(terms, limit), limit, false));
    }
    if (vector != null) {
      legs.add(search(pit, Legs.dense(vector, limit), limit, false));
    }
    Set<String> found = new LinkedHashSet<>();
    for (CompletableFuture<Response> leg : legs) {
      Found.best(whole(leg), limit).forEach(each -> found.add(each.key()));
    }
    return found;
  }

  private CompletableFuture<Response> search(
      String pit, Map<String, Object> query, int size, boolean records) {
    Map<String, Object> body = new HashMap<>();
    body.put("pit", Map.of("id", pit, "keep_alive", keepAlive()));
    body.put("query", query);
    body.put("size", size);
    body.put("_source", false);
    body.put("track_total_hits", false);
    body.put("timeout", Math.max(1, deadline.timeRemaining(TimeUnit.MILLISECONDS)) + "ms");
    if (records) {
      body.put("stored_fields", List.of(IndexDefinition.RECORD));
    }
    return cluster.start(
        Cluster.json("POST", "/_search", Map.of("allow_partial_search_results", "false"), body));
  }

  /** The answer, from all shards. */
  private JsonNode whole(CompletableFuture<Response> reply) {
    JsonNode answer = cluster.await(reply, deadline).of(collection);
    if (answer.path("timed_out").asBoolean()) {
      throw ClusterFailures.late();
    }
    JsonNode shards = answer.path("_shards");
    if (shards.path("failed").asInt() > 0 || shards.path("total").asInt() == 0) {
      throw ClusterFailures.partial();
    }
    return answer;
  }

  private List<Candidate> candidates(String pit, Set<String> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> words = terms == null ? Map.of() : terms;
    JsonNode answer = whole(search(pit, Legs.scored(keys, words), keys.size(), true));
    List<Candidate> candidates = new ArrayList<>(keys.size());
    for (JsonNode hit : answer.path("hits").path("hits")) {
      StoredRecord record = StoredRecord.of(hit);
      Struct metadata = record.struct();
      for (JsonNode passage : Found.passages(hit)) {
        candidates.add(candidate(passage, record, metadata));
      }
    }
    if (candidates.size() < keys.size()) {
      throw ClusterFailures.partial();
    }
    return candidates;
  }

  private Candidate candidate(JsonNode hit, StoredRecord record, Struct metadata) {
    byte[] floats = Json.bytes(hit.path("fields").path(IndexDefinition.FLOATS).path(0));
    Double cosine = vector == null ? null : Double.valueOf(Floats.dot(vector, floats));
    Double bm25 =
        terms == null ? null : Double.valueOf(hit.path("_score").asDouble() / scaleOfBm25);
    return new Candidate(StoredPassage.of(hit).passage(record, metadata), cosine, bm25);
  }
}
