package dev.sluice.gateway.documents.opensearch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queries of a retrieval. All search passages within documents, and give both. */
final class Legs {

  /** The graph search looks at no fewer neighbours than this: it is approximate. */
  private static final int LEAST_NEIGHBOURS = 64;

  /** That a cluster allows a query unless it is configured otherwise, less some of its own. */
  private static final int MOST_CLAUSES = 1000;

  private Legs() {}

  /** Documents with the nearest passages, and the nearest passages of each. */
  static Map<String, Object> dense(float[] vector, int limit, @Nullable FilterQuery filter) {
    Map<String, Object> nearest = new HashMap<>();
    nearest.put("vector", vector);
    nearest.put("k", Math.max(limit, LEAST_NEIGHBOURS));
    nearest.put("expand_nested_docs", true);
    if (filter != null) {
      nearest.put("filter", filter.query());
    }
    Map<String, Object> query = Map.of("knn", Map.of(IndexDefinition.VECTOR, nearest));
    return nested(query, Map.of("size", limit, "_source", false));
  }

  /** Documents with passages that have any of the words, and the best of each. */
  static Map<String, Object> lexical(
      Map<String, Integer> terms, int limit, @Nullable FilterQuery filter) {
    int most = MOST_CLAUSES - (filter == null ? 0 : filter.clauses());
    Map<String, Object> query = Map.of("bool", Map.of("should", any(terms, most)));
    Map<String, Object> found = nested(query, Map.of("size", limit, "_source", false));
    return filter == null
        ? found
        : Map.of("bool", Map.of("must", List.of(found), "filter", List.of(filter.query())));
  }

  /** Exactly these passages, scored by the words. */
  static Map<String, Object> scored(Collection<String> keys, Map<String, Integer> terms) {
    List<Object> words = any(terms, MOST_CLAUSES);
    Map<String, Object> query =
        Map.of(
            "bool",
            Map.of("filter", List.of(keys(keys)), "should", words, "minimum_should_match", 0));
    return nested(query, whole(keys.size()));
  }

  /** Exactly these passages. */
  static Map<String, Object> these(Collection<String> keys) {
    return nested(keys(keys), whole(keys.size()));
  }

  private static Map<String, Object> keys(Collection<String> keys) {
    return Map.of("terms", Map.of(IndexDefinition.KEY, keys));
  }

  /** Passages with all that is stored of them. */
  private static Map<String, Object> whole(int count) {
    List<String> fields = List.of(IndexDefinition.PASSAGE, IndexDefinition.FLOATS);
    return Map.of("size", count, "_source", false, "stored_fields", fields);
  }

  private static List<Object> any(Map<String, Integer> terms, int most) {
    List<Object> any = new ArrayList<>();
    terms.entrySet().stream()
        .limit(most)
        .forEach(term ->
            any.add(
                Map.of(
                    "term",
                    Map.of(
                        IndexDefinition.WORDS,
                        Map.of("value", term.getKey(), "boost", term.getValue())))));
    return any;
  }

  private static Map<String, Object> nested(
      Map<String, Object> query, Map<String, Object> innerHits) {
    return Map.of(
        "nested",
        Map.of(
            "path",
            IndexDefinition.CHUNKS,
            "score_mode",
            "max",
            "query",
            query,
            "inner_hits",
            innerHits));
  }
}
