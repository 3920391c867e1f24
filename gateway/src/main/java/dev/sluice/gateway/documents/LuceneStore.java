package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Documents in Lucene indexes on the local disk, one for each collection. Collections and snapshots
 * of a tenant change one at a time, whatever is done for others. Uses a data directory that its
 * caller owns and closes after it.
 */
public final class LuceneStore implements DocumentStore, SnapshotStore {

  private static final int MOST_DIMENSIONS = KnnVectorsFormat.DEFAULT_MAX_DIMENSIONS;

  private final Path data;
  private final CollectionFolders folders;
  private final LuceneSnapshots snapshots;
  private final LexicalField lexical;
  private final InstantSource clock;
  private final LuceneCollection.Opener opener;
  private final ConcurrentNavigableMap<CollectionKey, LuceneCollection> collections =
      new ConcurrentSkipListMap<>();
  private final TenantLocks changes = new TenantLocks();

  /** Reads which collections there are; opens none of them yet. */
  public LuceneStore(DataDirectory data, LexicalSettings lexical, InstantSource clock) {
    this(data.path(), lexical, clock, FSDirectory::open);
  }

  LuceneStore(
      Path data, LexicalSettings settings, InstantSource clock, LuceneCollection.Opener opener) {
    this.data = data;
    this.folders = new CollectionFolders(data.resolve("collections"));
    this.snapshots = new LuceneSnapshots(data.resolve("snapshots"), clock);
    this.lexical = new LexicalField(settings);
    this.clock = clock;
    this.opener = opener;
    folders.tidyAndList().forEach(this::add);
  }

  private void add(Path path) {
    CollectionFile file = CollectionFolders.read(path);
    collections.put(file.info().key(), new LuceneCollection(file, path, lexical, opener));
  }

  private LuceneCollection find(CollectionKey key) {
    LuceneCollection collection = collections.get(key);
    if (collection == null) {
      throw new NotFound("collection", key.collection());
    }
    return collection;
  }

  private LuceneIndex index(CollectionKey key) {
    return find(key).index();
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    key.requireName();
    if (model.dimension() > MOST_DIMENSIONS) {
      throw new Precondition(
          "MODEL_TOO_WIDE",
          "the embedding model has %d dimensions, this store takes at most %d"
              .formatted(model.dimension(), MOST_DIMENSIONS));
    }
    return changes.alone(
        key.tenant(),
        () -> made(new CollectionInfo(key, model, chunkerVersion, clock.instant(), types)));
  }

  private CollectionInfo made(CollectionInfo info) {
    CollectionKey key = info.key();
    if (collections.containsKey(key)) {
      throw new AlreadyExists("collection", key.collection());
    }
    CollectionFile file = CollectionFile.of(info);
    Path path = folders.add(key, folder -> LuceneCollection.make(file, folder, lexical, opener));
    collections.put(key, new LuceneCollection(file, path, lexical, opener));
    return info;
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return find(key).info();
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    return find(key).size();
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int limit) {
    NavigableMap<CollectionKey, LuceneCollection> further =
        collections.tailMap(new CollectionKey(tenant, after), false);
    return further.values().stream()
        .map(LuceneCollection::info)
        .takeWhile(info -> info.key().tenant().equals(tenant))
        .limit(limit)
        .toList();
  }

  @Override
  public void delete(CollectionKey key) {
    changes.alone(key.tenant(), () -> remove(key));
  }

  private void remove(CollectionKey key) {
    LuceneCollection collection = find(key);
    collection.discard();
    try {
      folders.remove(collection.path());
    } catch (Failure e) {
      collections.put(key, collection.reopened());
      throw e;
    }
    collections.remove(key);
  }

  @Override
  public Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId) {
    LuceneCollection collection = find(key);
    LuceneIndex index = collection.index();
    Optional<StoredVersion> version =
        index.read(searcher -> new IndexView(searcher).version(documentId));
    WritePosition now = collection.position(index.visible());
    return version.map(each -> new Positioned<>(each, now));
  }

  @Override
  public Map<String, float[]> vectors(CollectionKey key, String documentId) {
    return index(key).read(searcher -> new IndexView(searcher).vectors(documentId));
  }

  @Override
  public CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    LuceneCollection collection = find(key);
    int dimension = collection.info().model().dimension();
    for (EmbeddedChunk chunk : chunks) {
      if (chunk.vector().length != dimension) {
        throw new Internal("a vector has not the collection's number of dimensions");
      }
    }
    DocumentBlock block = new DocumentBlock(document, chunks, lexical);
    return write(collection, session -> session.put(block, expected));
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    return index(key).read(searcher -> new IndexView(searcher).document(documentId));
  }

  @Override
  public List<DocumentRecord> documents(
      CollectionKey key, String after, int limit, @Nullable Filter filter) {
    LuceneCollection collection = find(key);
    if (filter != null) {
      collection.requireFilters();
    }
    return collection.index().read(searcher -> new IndexView(searcher).page(after, limit, filter));
  }

  @Override
  public CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    return write(find(key), session -> session.delete(documentId, expected));
  }

  private static <T> CompletableFuture<Positioned<T>> write(
      LuceneCollection collection, GroupCommitter.Change<T> change) {
    return collection
        .index()
        .write(session -> {
          T result = change.apply(session);
          return new Positioned<>(result, collection.position(session.sequence()));
        });
  }

  /** What is acknowledged is visible: nothing has to be waited for. */
  @Override
  public void requireVisible(CollectionKey key, WritePosition write, Deadline deadline) {
    LuceneCollection collection = find(key);
    write.requireBefore(collection.position(collection.index().visible()), key);
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    LuceneCollection collection = find(key);
    float[] vector = retrieval.vector();
    if (vector != null && vector.length != collection.info().model().dimension()) {
      throw new Precondition(
          "MODEL_MISMATCH", "the query's vector is not of the collection's embedding model");
    }
    if (retrieval.filter() != null) {
      collection.requireFilters();
    }
    return collection
        .index()
        .read(searcher ->
            new HybridRetrieval(new TimedSearch(searcher, deadline), lexical, retrieval).run());
  }

  @Override
  public SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection) {
    return changes.alone(tenant, () -> snapshots.create(tenant, name, wanted(tenant, collection)));
  }

  private List<LuceneCollection> wanted(String tenant, Optional<String> collection) {
    return collection.isPresent()
        ? List.of(find(new CollectionKey(tenant, collection.get())))
        : collections(tenant, "", Integer.MAX_VALUE).stream()
            .map(info -> find(info.key()))
            .toList();
  }

  @Override
  public List<SnapshotInfo> snapshots(String tenant) {
    return snapshots.list(tenant);
  }

  @Override
  public SnapshotInfo snapshot(String tenant, String name) {
    return snapshots.find(tenant, name);
  }

  @Override
  public long snapshotCount(String tenant) {
    return snapshots.count(tenant);
  }

  @Override
  public void deleteSnapshot(String tenant, String name) {
    changes.alone(tenant, () -> snapshots.delete(tenant, name));
  }

  @Override
  public List<SnapshotInfo.Held> restoreSnapshot(
      String tenant, String name, Optional<String> collection, boolean replace) {
    return changes.alone(tenant, () -> restored(tenant, name, collection, replace));
  }

  private List<SnapshotInfo.Held> restored(
      String tenant, String name, Optional<String> collection, boolean replace) {
    List<SnapshotManifest.Held> held = snapshots.verified(tenant, name, collection);
    for (SnapshotManifest.Held each : held) {
      if (!replace && collections.containsKey(new CollectionKey(tenant, each.collection()))) {
        throw new AlreadyExists("collection", each.collection());
      }
    }
    new Restoration(folders, snapshots, tenant).run(name, held, this::end).forEach(this::add);
    return held.stream()
        .map(each -> new SnapshotInfo.Held(each.collection(), each.documents()))
        .toList();
  }

  /** Collections may end meanwhile. */
  @Override
  public StoreUsage usage(Deadline deadline) {
    try {
      StoreUsage usage = LuceneUsage.empty(data);
      for (LuceneCollection collection : collections.values()) {
        if (deadline.isExpired() || Thread.currentThread().isInterrupted()) {
          throw new DeadlineExceeded("the deadline passed in the document store");
        }
        usage = usage.plus(usage(collection));
      }
      return usage;
    } catch (IOException e) {
      throw new Internal("the document store failed", e);
    }
  }

  private static StoreUsage usage(LuceneCollection collection) {
    try {
      return collection.usage();
    } catch (NotFound ended) {
      return new StoreUsage(0, 0, 0, Optional.empty());
    }
  }

  private void end(CollectionKey key) {
    if (collections.containsKey(key)) {
      remove(key);
    }
  }

  @Override
  public void close() {
    collections.values().forEach(LuceneCollection::close);
  }
}
