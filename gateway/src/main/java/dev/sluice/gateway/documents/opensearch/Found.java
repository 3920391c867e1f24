package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A passage that a leg found.
 *
 * @param key of the passage: {@link IndexNames#passage}
 */
record Found(String key, double score) {

  /** The best passages of an answer: their documents are hits, they are hits within those. */
  static List<Found> best(JsonNode answer, int limit) {
    List<Found> found = new ArrayList<>();
    for (JsonNode hit : answer.path("hits").path("hits")) {
      for (JsonNode passage : passages(hit)) {
        int ordinal = passage.path("_nested").path("offset").asInt();
        String key = IndexNames.passage(hit.path("_id").asText(), ordinal);
        found.add(new Found(key, passage.path("_score").asDouble()));
      }
    }
    found.sort(Comparator.comparingDouble(Found::score).reversed());
    return found.subList(0, Math.min(limit, found.size()));
  }

  /** The hits within a hit. */
  static JsonNode passages(JsonNode hit) {
    return hit.path("inner_hits").path(IndexDefinition.CHUNKS).path("hits").path("hits");
  }
}
