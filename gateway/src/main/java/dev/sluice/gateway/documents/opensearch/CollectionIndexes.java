package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import io.grpc.Deadline;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.opensearch.client.opensearch.generic.Request;
import org.opensearch.client.opensearch.generic.Requests;

/** The indexes of the collections: makes, knows and deletes them. */
final class CollectionIndexes {

  private static final int MOST_DIMENSIONS = 16_000;
  private static final Map<String, String> NAMES =
      Map.of("filter_path", "*.mappings._meta.collection,error");
  private static final Map<String, String> META =
      Map.of("filter_path", "*.mappings._meta,error", "ignore_unavailable", "true");

  /** The most indexes that a path names: OpenSearch takes 4096 bytes of one. */
  private static final int MOST_NAMED = 20;

  private static final Map<String, String> SEEN =
      Map.of(
          "filter_path",
          "*.mappings._meta,*.settings.index.uuid,*.settings.index.number_of_shards,error");

  private final Cluster cluster;
  private final IndexNames names;
  private final LexicalSettings lexical;
  private final InstantSource clock;
  private final int shards;

  /** What this gateway saw of collections. Another one may have deleted or remade them. */
  private final Map<CollectionKey, SeenCollection> seen = new ConcurrentHashMap<>();

  /**
   * @param shards of collections that are made from now on
   */
  CollectionIndexes(
      Cluster cluster, IndexNames names, LexicalSettings lexical, InstantSource clock, int shards) {
    this.cluster = cluster;
    this.names = names;
    this.lexical = lexical;
    this.clock = clock;
    this.shards = shards;
  }

  private String path(CollectionKey key) {
    return "/" + names.index(key);
  }

  CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    key.requireName();
    if (model.dimension() > MOST_DIMENSIONS) {
      throw new Precondition(
          "MODEL_TOO_WIDE",
          "the embedding model has %d dimensions, this store takes at most %d"
              .formatted(model.dimension(), MOST_DIMENSIONS));
    }
    CollectionInfo info = new CollectionInfo(key, model, chunkerVersion, clock.instant(), types);
    String id = UUID.randomUUID().toString();
    Map<String, Object> definition =
        IndexDefinition.of(info, id, names.writeAlias(key, id), lexical, shards);
    cluster.send(Cluster.json("PUT", path(key), Map.of(), definition)).of(key.collection());
    return info;
  }

  /** As the cluster has it now. */
  SeenCollection read(CollectionKey key, Deadline deadline) {
    try {
      JsonNode found = cluster.send(Cluster.get(path(key), SEEN), deadline).of(key.collection());
      SeenCollection collection = IndexDefinition.seen(found.elements().next());
      seen.put(key, collection);
      return collection;
    } catch (NotFound e) {
      forget(key);
      throw e;
    }
  }

  /** As it was seen last. */
  SeenCollection find(CollectionKey key) {
    return find(key, cluster.inTime());
  }

  SeenCollection find(CollectionKey key, Deadline deadline) {
    SeenCollection collection = seen.get(key);
    return collection == null ? read(key, deadline) : collection;
  }

  /** To be called when the collection may be another one than was seen. */
  void forget(CollectionKey key) {
    seen.remove(key);
  }

  List<CollectionInfo> list(String tenant, String after, int limit) {
    List<String> further =
        collections(tenant).stream().filter(name -> name.compareTo(after) > 0).sorted().toList();
    List<CollectionInfo> list = new ArrayList<>();
    int from = 0;
    while (from < further.size() && list.size() < limit) {
      int count = Math.min(Math.min(MOST_NAMED, limit - list.size()), further.size() - from);
      list.addAll(infos(tenant, further.subList(from, from + count)));
      from += count;
    }
    return list;
  }

  /** Their names alone, in no order. */
  private List<String> collections(String tenant) {
    Request request = Cluster.get("/" + names.all(tenant) + "/_mapping", NAMES);
    List<String> found = new ArrayList<>();
    for (JsonNode mappings : cluster.send(request).of("")) {
      found.add(IndexDefinition.collection(mappings));
    }
    return found;
  }

  /** Of those that are still there, by name. */
  private List<CollectionInfo> infos(String tenant, List<String> collections) {
    String indexes =
        collections.stream()
            .map(name -> names.index(new CollectionKey(tenant, name)))
            .collect(Collectors.joining(","));
    List<CollectionInfo> infos = new ArrayList<>();
    for (JsonNode mappings : cluster.send(Cluster.get("/" + indexes + "/_mapping", META)).of("")) {
      infos.add(IndexDefinition.read(mappings));
    }
    infos.sort(Comparator.comparing(CollectionInfo::key));
    return infos;
  }

  /** How many a tenant has. */
  long count(String tenant) {
    return collections(tenant).size();
  }

  void delete(CollectionKey key) {
    Request delete = Requests.builder().method("DELETE").endpoint(path(key)).build();
    cluster.send(delete).of(key.collection());
    forget(key);
  }
}
