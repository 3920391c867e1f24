package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a document store should answer: collections in a plain map, on one thread. */
final class PlainDocuments {

  /** As a store orders ids. */
  private static final Comparator<String> BY_CODE_POINTS =
      (a, b) -> java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private final Map<CollectionKey, NavigableMap<String, StoredDocument>> collections =
      new HashMap<>();

  boolean has(CollectionKey key) {
    return collections.containsKey(key);
  }

  void create(CollectionKey key) {
    collections.put(key, new TreeMap<>(BY_CODE_POINTS));
  }

  void delete(CollectionKey key) {
    collections.remove(key);
  }

  private NavigableMap<String, StoredDocument> of(CollectionKey key) {
    return collections.getOrDefault(key, new TreeMap<>());
  }

  /** Names of a tenant's collections, in order. */
  List<String> names(String tenant, String after, int limit) {
    return collections.keySet().stream()
        .filter(key -> key.tenant().equals(tenant))
        .map(CollectionKey::collection)
        .filter(name -> name.compareTo(after) > 0)
        .sorted()
        .limit(limit)
        .toList();
  }

  Upserted upsert(CollectionKey key, StoredDocument document) {
    return of(key).put(document.id(), document) == null ? Upserted.CREATED : Upserted.REPLACED;
  }

  boolean deleteDocument(CollectionKey key, String id) {
    return of(key).remove(id) != null;
  }

  Optional<StoredDocument> document(CollectionKey key, String id) {
    return Optional.ofNullable(of(key).get(id));
  }

  Optional<StoredVersion> version(CollectionKey key, String id) {
    return document(key, id)
        .map(StoredDocument::record)
        .map(record -> new StoredVersion(record.version(), record.chunkCount()));
  }

  List<DocumentRecord> documents(CollectionKey key, String after, int limit) {
    Collection<StoredDocument> rest =
        after.isEmpty() ? of(key).values() : of(key).tailMap(after, false).values();
    return rest.stream().limit(limit).map(StoredDocument::record).toList();
  }

  CollectionSize size(CollectionKey key) {
    int chunks = of(key).values().stream().mapToInt(each -> each.record().chunkCount()).sum();
    return new CollectionSize(of(key).size(), chunks);
  }

  /** The paragraphs that have the word, each with its document's id and version. */
  Set<String> passages(CollectionKey key, Predicate<String> paragraph) {
    return of(key).values().stream()
        .flatMap(document ->
            Samples.chunks(document).stream()
                .limit(document.record().chunkCount())
                .map(chunk -> chunk.chunk().text(document.text()))
                .filter(paragraph)
                .map(text -> passage(document.id(), document.record().version(), text)))
        .collect(Collectors.toSet());
  }

  /** Ids of the documents that have a passage and that the filter lets pass. */
  Set<String> among(CollectionKey key, Filter filter) {
    return of(key).values().stream()
        .filter(document -> document.record().chunkCount() > 0)
        .filter(document -> filter.matches(document.record().metadata()))
        .map(StoredDocument::id)
        .collect(Collectors.toSet());
  }

  static String passage(String id, String version, String text) {
    return id + "@" + version + ": " + text;
  }
}
