package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.CollectionSize;
import dev.sluice.gateway.documents.DocumentRecord;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.documents.StoredVersion;
import dev.sluice.gateway.filter.Filter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads documents by their ids. They see what searches see, unless they say otherwise. */
final class DocumentReads {

  private static final Map<String, String> VISIBLE = Map.of("realtime", "false");
  private static final Map<String, String> VISIBLE_TEXT =
      Map.of("realtime", "false", "_source_includes", IndexDefinition.TEXT);
  private static final int PASSAGES_AT_A_TIME = 500;
  private static final List<Object> BY_ID = List.of(Map.of(IndexDefinition.ID, "asc"));

  private final Cluster cluster;
  private final IndexNames names;

  DocumentReads(Cluster cluster, IndexNames names) {
    this.cluster = cluster;
    this.names = names;
  }

  CollectionSize size(CollectionKey key) {
    Map<String, Object> chunks = Map.of("sum", Map.of("field", IndexDefinition.CHUNK_COUNT));
    JsonNode answer =
        search(key, Map.of("size", 0, "track_total_hits", true, "aggs", Map.of("chunks", chunks)));
    return new CollectionSize(
        answer.path("hits").path("total").path("value").asLong(),
        answer.path("aggregations").path("chunks").path("value").asLong());
  }

  /** Documents of all collections of a tenant. */
  long count(String tenant) {
    Map<String, Object> body = Map.of("size", 0, "track_total_hits", true);
    return search(names.all(tenant), body, "").path("hits").path("total").path("value").asLong();
  }

  /** What searches see. */
  Optional<Positioned<StoredVersion>> stored(SeenCollection collection, String documentId) {
    return version(collection, documentId, VISIBLE);
  }

  /** What the next write would replace, whether searches see it yet or not. */
  Optional<Positioned<StoredVersion>> latest(SeenCollection collection, String documentId) {
    return version(collection, documentId, Map.of());
  }

  private Optional<Positioned<StoredVersion>> version(
      SeenCollection collection, String documentId, Map<String, String> query) {
    return get(collection.info().key(), documentId, query)
        .map(found ->
            new Positioned<>(StoredRecord.of(found).storedVersion(), collection.position(found)));
  }

  Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return get(key, documentId, VISIBLE_TEXT)
        .map(found ->
            new StoredDocument(
                StoredRecord.of(found).record(),
                found.path("_source").path(IndexDefinition.TEXT).asText()));
  }

  /** In parts: a large document has more passages than one answer should carry. */
  Map<String, float[]> vectors(CollectionKey key, String documentId) {
    int count =
        get(key, documentId, VISIBLE)
            .map(found -> StoredRecord.of(found).storedVersion().chunkCount())
            .orElse(0);
    String id = IndexNames.document(documentId);
    Map<String, float[]> vectors = HashMap.newHashMap(count);
    for (int from = 0; from < count; from += PASSAGES_AT_A_TIME) {
      List<String> keys =
          IntStream.range(from, Math.min(from + PASSAGES_AT_A_TIME, count))
              .mapToObj(ordinal -> IndexNames.passage(id, ordinal))
              .toList();
      Map<String, Object> body = Map.of("query", Legs.these(keys), "size", 1, "_source", false);
      for (JsonNode hit : search(key, body).path("hits").path("hits")) {
        for (JsonNode passage : Found.passages(hit)) {
          byte[] floats = Json.bytes(passage.path("fields").path(IndexDefinition.FLOATS).path(0));
          vectors.put(StoredPassage.of(passage).embeddedText(), Floats.decode(floats));
        }
      }
    }
    return vectors;
  }

  private Optional<JsonNode> get(CollectionKey key, String documentId, Map<String, String> more) {
    Map<String, String> query = new HashMap<>(more);
    query.put("stored_fields", IndexDefinition.RECORD);
    String path = "/" + names.index(key) + "/_doc/" + IndexNames.document(documentId);
    Answer answer = cluster.send(Cluster.get(path, query));
    if (answer.body().path("found").isBoolean()) {
      return Optional.of(answer.body()).filter(found -> found.path("found").asBoolean());
    }
    return Optional.of(answer.of(key.collection()));
  }

  List<DocumentRecord> page(CollectionKey key, String after, int limit, @Nullable Filter filter) {
    List<Object> conditions = new ArrayList<>();
    conditions.add(Map.of("range", Map.of(IndexDefinition.ID, Map.of("gt", after))));
    if (filter != null) {
      conditions.add(FilterQuery.passing(filter).query());
    }
    Map<String, Object> body = new HashMap<>();
    body.put("query", Map.of("bool", Map.of("filter", conditions)));
    body.put("size", limit);
    body.put("sort", BY_ID);
    body.put("_source", false);
    body.put("stored_fields", List.of(IndexDefinition.RECORD));
    List<DocumentRecord> page = new ArrayList<>();
    for (JsonNode hit : search(key, body).path("hits").path("hits")) {
      page.add(StoredRecord.of(hit).record());
    }
    return page;
  }

  /** An answer from all shards. */
  private JsonNode search(CollectionKey key, Map<String, Object> body) {
    return search(names.index(key), body, key.collection());
  }

  private JsonNode search(String indexes, Map<String, Object> body, String collection) {
    Map<String, String> whole = Map.of("allow_partial_search_results", "false");
    String path = "/" + indexes + "/_search";
    return cluster.send(Cluster.json("POST", path, whole, body)).of(collection);
  }
}
