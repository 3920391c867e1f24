package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.CollectionSize;
import dev.sluice.gateway.documents.DocumentRecord;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.EmbeddedChunk;
import dev.sluice.gateway.documents.ExpectedVersion;
import dev.sluice.gateway.documents.LexicalField;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.documents.StoredVersion;
import dev.sluice.gateway.documents.Upserted;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.Unavailable;
import dev.sluice.serving.failure.Failure.Unimplemented;
import io.grpc.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.opensearch.client.opensearch.generic.Request;
import org.opensearch.client.opensearch.generic.Requests;

/**
 * Documents in an OpenSearch cluster, an index for each collection. Any number of gateways share
 * it. Holds no state but connections and writes that wait.
 */
public final class OpenSearchStore implements DocumentStore {

  private static final int MOST_DIMENSIONS = 16_000;
  private static final Map<String, String> META = Map.of("filter_path", "*.mappings._meta,error");

  /** Waits for changes of the cluster's state up to those as urgent as a deletion. */
  private static final Map<String, String> CHANGES_DONE = Map.of("wait_for_events", "urgent");

  private final Cluster cluster;
  private final IndexNames names;
  private final LexicalSettings settings;
  private final LexicalField lexical;
  private final InstantSource clock;
  private final Duration timeout;
  private final Map<CollectionKey, BulkWriter> writers = new ConcurrentHashMap<>();

  /** What this gateway saw of collections. Another one may have deleted or remade them. */
  private final Map<CollectionKey, CollectionInfo> seen = new ConcurrentHashMap<>();

  /** Connects when it is first needed. */
  public OpenSearchStore(OpenSearchConfig config, LexicalSettings lexical, InstantSource clock) {
    this.cluster = new Cluster(Connections.open(config));
    this.names = new IndexNames(config.prefix());
    this.settings = lexical;
    this.lexical = new LexicalField(lexical);
    this.clock = clock;
    this.timeout = config.timeout();
  }

  private Deadline inTime() {
    return Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private JsonNode send(CollectionKey key, Request request) {
    return cluster.send(request, inTime()).of(key.collection());
  }

  /**
   * The path of a collection's index; no other name reaches OpenSearch, where some are patterns.
   */
  private String path(CollectionKey key) {
    if (!key.isNamed()) {
      throw new NotFound("collection", key.collection());
    }
    return "/" + names.index(key);
  }

  @Override
  public CollectionInfo create(CollectionKey key, EmbedModel model, String chunkerVersion) {
    key.requireName();
    if (model.dimension() > MOST_DIMENSIONS) {
      throw new Precondition(
          "MODEL_TOO_WIDE",
          "the embedding model has %d dimensions, this store takes at most %d"
              .formatted(model.dimension(), MOST_DIMENSIONS));
    }
    CollectionInfo info = new CollectionInfo(key, model, chunkerVersion, clock.instant());
    Map<String, Object> definition = IndexDefinition.of(info, names.writeAlias(key), settings);
    send(key, Cluster.json("PUT", path(key), Map.of(), definition));
    seen.put(key, info);
    return info;
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return collection(key, inTime());
  }

  private CollectionInfo collection(CollectionKey key, Deadline deadline) {
    try {
      Request get = Cluster.get(path(key) + "/_mapping", META);
      JsonNode mappings = cluster.send(get, deadline).of(key.collection());
      CollectionInfo info = IndexDefinition.read(mappings.elements().next());
      seen.put(key, info);
      return info;
    } catch (NotFound e) {
      seen.remove(key);
      throw e;
    }
  }

  private CollectionInfo find(CollectionKey key) {
    CollectionInfo info = seen.get(key);
    return info == null ? collection(key) : info;
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    Map<String, Object> chunks = Map.of("sum", Map.of("field", IndexDefinition.CHUNK_COUNT));
    JsonNode answer =
        search(key, Map.of("size", 0, "track_total_hits", true, "aggs", Map.of("chunks", chunks)));
    return new CollectionSize(
        answer.path("hits").path("total").path("value").asLong(),
        answer.path("aggregations").path("chunks").path("value").asLong());
  }

  /** An answer from all shards. */
  private JsonNode search(CollectionKey key, Map<String, Object> body) {
    Map<String, String> whole = Map.of("allow_partial_search_results", "false");
    return send(key, Cluster.json("POST", path(key) + "/_search", whole, body));
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int limit) {
    Request request = Cluster.get("/" + names.all(tenant) + "/_mapping", META);
    List<CollectionInfo> all = new ArrayList<>();
    for (JsonNode mappings : cluster.send(request, inTime()).of("")) {
      all.add(IndexDefinition.read(mappings));
    }
    return all.stream()
        .filter(info -> info.key().collection().compareTo(after) > 0)
        .sorted(Comparator.comparing(CollectionInfo::key))
        .limit(limit)
        .toList();
  }

  @Override
  public void delete(CollectionKey key) {
    String path = path(key);
    seen.remove(key);
    BulkWriter writer = writers.remove(key);
    if (writer != null) {
      writer.discard(new NotFound("collection", key.collection()));
    }
    send(key, Requests.builder().method("DELETE").endpoint(path).build());
    seen.remove(key);
  }

  @Override
  public Optional<StoredVersion> version(CollectionKey key, String documentId) {
    return get(key, documentId, Map.of()).map(found -> StoredRecord.of(found).storedVersion());
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return get(key, documentId, Map.of("_source_includes", IndexDefinition.TEXT))
        .map(found ->
            new StoredDocument(
                StoredRecord.of(found).record(),
                found.path("_source").path(IndexDefinition.TEXT).asText()));
  }

  /** What searches see, not what is still on its way. */
  private Optional<JsonNode> get(CollectionKey key, String documentId, Map<String, String> more) {
    Map<String, String> query = new HashMap<>(more);
    query.put("stored_fields", IndexDefinition.RECORD);
    query.put("realtime", "false");
    String path = path(key) + "/_doc/" + IndexNames.document(documentId);
    Answer answer = cluster.send(Cluster.get(path, query), inTime());
    if (answer.body().path("found").isBoolean()) {
      return Optional.of(answer.body()).filter(found -> found.path("found").asBoolean());
    }
    return Optional.of(answer.of(key.collection()));
  }

  @Override
  public List<DocumentRecord> documents(CollectionKey key, String after, int limit) {
    Map<String, Object> further = Map.of("range", Map.of(IndexDefinition.ID, Map.of("gt", after)));
    JsonNode answer =
        search(
            key,
            Map.of(
                "query",
                further,
                "size",
                limit,
                "sort",
                List.of(Map.of(IndexDefinition.ID, "asc")),
                "_source",
                false,
                "stored_fields",
                List.of(IndexDefinition.RECORD)));
    List<DocumentRecord> page = new ArrayList<>();
    answer.path("hits").path("hits").forEach(hit -> page.add(StoredRecord.of(hit).record()));
    return page;
  }

  @Override
  public CompletableFuture<Upserted> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    requireAny(expected);
    int dimension = find(key).model().dimension();
    for (EmbeddedChunk chunk : chunks) {
      if (chunk.vector().length != dimension) {
        throw new Internal("a vector has not the collection's number of dimensions");
      }
    }
    return write(key, BulkWrite.put(new DocumentSource(document, chunks)));
  }

  @Override
  public CompletableFuture<Boolean> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    requireAny(expected);
    find(key);
    return write(key, BulkWrite.delete(documentId));
  }

  private static void requireAny(ExpectedVersion expected) {
    if (!expected.equals(ExpectedVersion.ANY)) {
      throw new Unimplemented("if_version, if_absent: documents in OpenSearch have none yet");
    }
  }

  /** A write that fails may have found out that the collection is another one than was seen. */
  private <T> CompletableFuture<T> write(CollectionKey key, BulkWrite<T> write) {
    BulkWriter writer = writers.computeIfAbsent(key, this::writer);
    CompletableFuture<T> done = writer.submit(write);
    var _ =
        done.whenComplete((result, failure) -> {
          if (failure != null) {
            seen.remove(key);
          }
        });
    return done;
  }

  private BulkWriter writer(CollectionKey key) {
    return BulkWriter.start(cluster, key.collection(), names.writeAlias(key), timeout);
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    if (retrieval.filter() != null) {
      throw new Unimplemented("filter: documents in OpenSearch have no filters yet");
    }
    float[] vector = retrieval.vector();
    if (vector != null && vector.length != find(key).model().dimension()) {
      throw new Precondition(
          "MODEL_MISMATCH", "the query's vector is not of the collection's embedding model");
    }
    try {
      return search(key, retrieval, deadline);
    } catch (Unavailable | Internal e) {
      requireExistence(key, deadline, e);
      throw e;
    }
  }

  /**
   * A collection that is deleted while it is read fails in many ways, and some nodes know of its
   * end late: so this first waits for what changes the cluster's state already.
   */
  private void requireExistence(CollectionKey key, Deadline deadline, Failure failure) {
    try {
      cluster.send(Cluster.get("/_cluster/health", CHANGES_DONE), deadline);
      collection(key, deadline);
    } catch (NotFound e) {
      throw e;
    } catch (Failure e) {
      failure.addSuppressed(e);
    }
  }

  private List<Candidate> search(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    String text = retrieval.text();
    return new NestedRetrieval(
            cluster,
            key.collection(),
            retrieval,
            text == null ? null : terms(text),
            cluster.scaleOfBm25(settings.k1(), deadline),
            deadline)
        .run(path(key).substring(1));
  }

  private Map<String, Integer> terms(String text) {
    try {
      return lexical.terms(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reads from memory", e);
    }
  }

  @Override
  public void close() {
    writers.values().forEach(BulkWriter::close);
    cluster.close();
  }
}
