package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.Retrieved;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.generic.Response;

/**
 * One retrieval on one state of an index. The legs, at once, only find candidates, among the
 * documents that the filter lets pass; one more request then gets them all with their BM25 and
 * vectors, so that no score depends on which leg found a passage, or on the filter.
 */
final class NestedRetrieval {

  private final PointInTime state;
  private final @Nullable Map<String, Integer> terms;
  private final float @Nullable [] vector;
  private final @Nullable FilterQuery filter;
  private final int limit;
  private final double scaleOfBm25;

  /**
   * @param terms of the query's text, and how often they stand in it; null without a text
   */
  NestedRetrieval(
      PointInTime state,
      Retrieval retrieval,
      @Nullable Map<String, Integer> terms,
      double scaleOfBm25) {
    this.state = state;
    this.terms = terms;
    this.vector = retrieval.vector();
    this.filter = retrieval.filter() == null ? null : FilterQuery.passing(retrieval.filter());
    this.limit = Math.min(retrieval.candidatesPerLeg(), IndexDefinition.MOST_PASSAGES / 2);
    this.scaleOfBm25 = scaleOfBm25;
  }

  Retrieved run() {
    List<Candidate> candidates = candidates(find());
    return new Retrieved(candidates, state.missing());
  }

  private Set<String> find() {
    List<CompletableFuture<Response>> legs = new ArrayList<>();
    if (terms != null && !terms.isEmpty()) {
      legs.add(state.byWords(Legs.lexical(terms, limit, filter), limit));
    }
    if (vector != null) {
      legs.add(state.byVector(Legs.dense(vector, limit, filter), limit));
    }
    Set<String> found = new LinkedHashSet<>();
    for (CompletableFuture<Response> leg : legs) {
      Found.best(state.answer(leg), limit).forEach(each -> found.add(each.key()));
    }
    return found;
  }

  private List<Candidate> candidates(Set<String> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> words = terms == null ? Map.of() : terms;
    JsonNode answer =
        state.answer(state.byWords(Legs.scored(keys, words), keys.size(), IndexDefinition.RECORD));
    List<Candidate> candidates = new ArrayList<>(keys.size());
    for (JsonNode hit : answer.path("hits").path("hits")) {
      StoredRecord record = StoredRecord.of(hit);
      Struct metadata = record.struct();
      for (JsonNode passage : Found.passages(hit)) {
        candidates.add(candidate(passage, record, metadata));
      }
    }
    if (candidates.size() < keys.size() && state.missing() == null) {
      throw ClusterFailures.unavailable(new IllegalStateException("passages were not given"));
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
