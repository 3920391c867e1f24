package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.gateway.v1.Collection.MetadataType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the index of a collection is made. A document is one OpenSearch document with its passages
 * nested in it, so that it is replaced at once. What the collection was created with stands in the
 * mapping, so that it comes and goes with the index.
 */
final class IndexDefinition {

  /** The nested passages. */
  static final String CHUNKS = "chunks";

  /** Finds the document by its id, and sorts by it. */
  static final String ID = "id";

  static final String CHUNK_COUNT = "chunk_count";

  /** Stored: {@link StoredRecord}. */
  static final String RECORD = "record";

  static final String TEXT = "text";

  /** Not stored: {@link FilterQuery#terms}. */
  static final String FILTER = "filter";

  /** Of a passage: {@link IndexNames#passage}. */
  static final String KEY = "chunks.key";

  static final String WORDS = "chunks.words";
  static final String VECTOR = "chunks.vector";

  /** Of a passage, stored: {@link StoredPassage}. */
  static final String PASSAGE = "chunks.passage";

  /** Of a passage, stored: its vector exactly. */
  static final String FLOATS = "chunks.floats";

  /** The most passages that one request gets of one document. */
  static final int MOST_PASSAGES = 10_000;

  private static final int MOST_CHUNKS = 100_000;
  private static final String ENGLISH = "english";

  private IndexDefinition() {}

  /**
   * @param id of the collection: {@link SeenCollection#id}
   * @param alias that it is written to
   */
  static Map<String, Object> of(
      CollectionInfo info, String id, String alias, LexicalSettings lexical, int shards) {
    return Map.of(
        "settings", settings(lexical, shards),
        "aliases", Map.of(alias, Map.of()),
        "mappings", mappings(info, id));
  }

  private static Map<String, Object> settings(LexicalSettings lexical, int shards) {
    return Map.of(
        "index",
        Map.of(
            "knn",
            true,
            "number_of_shards",
            shards,
            "auto_expand_replicas",
            "0-1",
            "max_inner_result_window",
            MOST_PASSAGES,
            "mapping.nested_objects.limit",
            MOST_CHUNKS,
            "similarity",
            Map.of("passages", Map.of("type", "BM25", "k1", lexical.k1(), "b", lexical.b()))));
  }

  /** The source need not hold what is stored or made from it. */
  private static Map<String, Object> mappings(CollectionInfo info, String id) {
    return Map.of(
        "dynamic", "strict",
        "_meta", meta(info, id),
        "_source", Map.of("excludes", List.of(CHUNKS, FILTER)),
        "properties",
            Map.of(
                ID, Map.of("type", "keyword"),
                CHUNK_COUNT, Map.of("type", "integer"),
                RECORD, Map.of("type", "binary", "store", true),
                TEXT, Map.of("type", "text", "index", false),
                FILTER, Map.of("type", "keyword", "doc_values", false),
                CHUNKS, Map.of("type", "nested", "properties", passage(info.model()))));
  }

  private static Map<String, Object> passage(EmbedModel model) {
    Map<String, Object> graph =
        Map.of("name", "hnsw", "engine", "lucene", "space_type", "cosinesimil");
    return Map.of(
        "key", Map.of("type", "keyword"),
        "words",
            Map.of(
                "type",
                "text",
                "analyzer",
                ENGLISH,
                "index_options",
                "freqs",
                "similarity",
                "passages"),
        "vector", Map.of("type", "knn_vector", "dimension", model.dimension(), "method", graph),
        "passage", Map.of("type", "binary", "store", true),
        "floats", Map.of("type", "binary", "store", true));
  }

  private static Map<String, Object> meta(CollectionInfo info, String id) {
    EmbedModel model = info.model();
    Map<String, String> types = new TreeMap<>();
    info.metadataTypes().written().forEach((path, type) -> types.put(path, type.name()));
    return Map.of(
        "id", id,
        "metadata_types", types,
        "tenant", info.key().tenant(),
        "collection", info.key().collection(),
        "model", model.model(),
        "fingerprint", model.fingerprint(),
        "dimension", model.dimension(),
        "max_tokens", model.maxTokens(),
        "chunker_version", info.chunkerVersion(),
        "create_time", info.createTime().toString());
  }

  /**
   * @param mappings as OpenSearch gives them: of one index
   */
  static CollectionInfo read(JsonNode mappings) {
    JsonNode meta = mappings.path("mappings").path("_meta");
    return new CollectionInfo(
        new CollectionKey(meta.path("tenant").asText(), collection(mappings)),
        new EmbedModel(
            meta.path("model").asText(),
            meta.path("fingerprint").asText(),
            meta.path("dimension").asInt(),
            meta.path("max_tokens").asInt()),
        meta.path("chunker_version").asText(),
        Instant.parse(meta.path("create_time").asText()),
        types(meta.path("metadata_types")));
  }

  /**
   * @param mappings as OpenSearch gives them: of one index, or that part of them
   */
  static String collection(JsonNode mappings) {
    return mappings.path("mappings").path("_meta").path("collection").asText();
  }

  private static MetadataTypes types(JsonNode declared) {
    Map<String, MetadataType> types = new HashMap<>();
    declared
        .properties()
        .forEach(each -> types.put(each.getKey(), MetadataType.valueOf(each.getValue().asText())));
    return MetadataTypes.of(types);
  }

  /**
   * @param index as OpenSearch gives it, with its settings
   */
  static SeenCollection seen(JsonNode index) {
    return new SeenCollection(
        read(index),
        index.path("mappings").path("_meta").path("id").asText(),
        index.path("settings").path("index").path("uuid").asText(),
        index.path("settings").path("index").path("number_of_shards").asInt());
  }
}
