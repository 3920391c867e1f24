package dev.sluice.gateway.documents.opensearch;

import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.CollectionSize;
import dev.sluice.gateway.documents.DocumentRecord;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.EmbeddedChunk;
import dev.sluice.gateway.documents.ExpectedVersion;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.Retrieved;
import dev.sluice.gateway.documents.StoreUsage;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.documents.StoredVersion;
import dev.sluice.gateway.documents.Upserted;
import dev.sluice.gateway.documents.WritePosition;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import io.grpc.Deadline;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents in an OpenSearch cluster, an index for each collection. Any number of gateways share
 * it. Holds no state but connections and writes that wait.
 */
public final class OpenSearchStore implements DocumentStore {

  private static final Logger LOG = LoggerFactory.getLogger(OpenSearchStore.class);

  private final Cluster cluster;
  private final CollectionIndexes indexes;
  private final DocumentReads reads;
  private final BulkWriters writers;
  private final Visibility visibility;
  private final DocumentWrites writes;
  private final Retrievals retrievals;
  private final ClusterUsage usage;

  /** Connects when it is first needed. */
  public OpenSearchStore(OpenSearchConfig config, LexicalSettings lexical, InstantSource clock) {
    IndexNames names = new IndexNames(config.prefix());
    this.cluster = new Cluster(Connections.open(config), config.timeout());
    this.indexes = new CollectionIndexes(cluster, names, lexical, clock, config.shards());
    this.reads = new DocumentReads(cluster, names);
    this.writers = new BulkWriters(cluster, names);
    this.visibility = new Visibility(cluster, names, indexes);
    this.writes = new DocumentWrites(cluster, indexes, reads, writers, visibility);
    this.retrievals = new Retrievals(cluster, names, indexes, lexical);
    this.usage = new ClusterUsage(cluster, names);
  }

  /** Tells the log which cluster keeps the documents, or why none does yet. Waits for it. */
  public void introduce() {
    try {
      LOG.info("documents are kept in OpenSearch {}", cluster.version(cluster.inTime()));
    } catch (Failure e) {
      LOG.warn("there are no documents yet: {}", e.text());
    } catch (RuntimeException e) { // the outermost frame of a thread
      LOG.warn("OpenSearch was not asked", e);
    }
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    return indexes.create(key, model, chunkerVersion, types);
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return collection(key, cluster.inTime());
  }

  @Override
  public CollectionInfo collection(CollectionKey key, Deadline deadline) {
    return indexes.read(key, deadline).info();
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    return reads.size(key);
  }

  @Override
  public long documentCount(String tenant) {
    return reads.count(tenant);
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int limit) {
    return indexes.list(tenant, after, limit);
  }

  @Override
  public long collectionCount(String tenant) {
    return indexes.count(tenant);
  }

  @Override
  public void delete(CollectionKey key) {
    indexes.forget(key);
    writers.discard(key);
    indexes.delete(key);
  }

  @Override
  public Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId) {
    return reads.stored(indexes.find(key), documentId);
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return reads.document(key, documentId);
  }

  @Override
  public List<DocumentRecord> documents(
      CollectionKey key, String after, int limit, @Nullable Filter filter) {
    return reads.page(key, after, limit, filter);
  }

  @Override
  public Map<String, float[]> vectors(CollectionKey key, String documentId) {
    return reads.vectors(key, documentId);
  }

  @Override
  public CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    int dimension = indexes.find(key).info().model().dimension();
    for (EmbeddedChunk chunk : chunks) {
      if (chunk.vector().length != dimension) {
        throw new Internal("a vector has not the collection's number of dimensions");
      }
    }
    return writes.put(key, new DocumentSource(document, chunks), expected);
  }

  @Override
  public CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    return writes.delete(key, documentId, expected);
  }

  @Override
  public void requireVisible(CollectionKey key, WritePosition write, Deadline deadline) {
    visibility.require(key, write, deadline);
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return retrievals.retrieve(key, retrieval, true, deadline).candidates();
  }

  @Override
  public Retrieved retrieveAvailable(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return retrievals.retrieve(key, retrieval, false, deadline);
  }

  @Override
  public StoreUsage usage(Deadline deadline) {
    return usage.read(deadline);
  }

  @Override
  public void close() {
    writers.close();
    cluster.close();
  }
}
