package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.soon;
import static dev.sluice.gateway.documents.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.filter.Filter;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.NotFound;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Any run of operations on a document store gives the answers of a plain map, also after it was
 * closed and opened again. A failure names the seed ({@code -Dsluice.seed=N} runs that one alone)
 * and the operations before it.
 */
abstract class RandomOperationsContract {

  private static final boolean LONG = Boolean.getBoolean("sluice.long");

  /** More than there are ever passages: a retrieval then finds all it should. */
  private static final int ALL = 2000;

  private static final int REMEMBERED = 40;
  private static final List<CollectionKey> KEYS =
      List.of(
          new CollectionKey("default", "a"),
          new CollectionKey("default", "b"),
          new CollectionKey("Other/../tenant", "a"));
  private static final List<String> IDS =
      List.of("1", "2", "a", "a b", "a/b", "B", "é", "\uFFFD", "\uD83D\uDE00", "a\u0000b", "ab");
  private static final List<String> WORDS = List.of("apples", "pears", "plums", "quokkas");

  private final Deque<String> operations = new ArrayDeque<>();
  private final PlainDocuments plain = new PlainDocuments();
  private DocumentStore store;
  private Random random = new Random();
  private int stamp;

  /** A store over the same storage each time it is called within a test. */
  abstract DocumentStore open();

  /** Whether retrievals take filters. */
  boolean filters() {
    return true;
  }

  /** Operations of one run in the normal build. */
  abstract int operations();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void randomOperationsGiveTheAnswersOfAPlainMap() {
    Long chosen = Long.getLong("sluice.seed");
    List<Long> seeds = chosen == null ? List.of(1L, 2L, 3L) : List.of(chosen);
    for (long seed : seeds) {
      random = new Random(seed);
      operations.clear();
      for (int i = 0; i < (LONG ? 20 : 1) * operations() / seeds.size(); i++) {
        step(seed);
      }
    }
  }

  private void step(long seed) {
    try {
      CollectionKey key = one(KEYS);
      if (plain.has(key)) {
        onCollection(key);
      } else {
        onMissing(key);
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ", after " + String.join("; ", operations), e);
    }
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void operation(String name, CollectionKey key, Object... arguments) {
    if (operations.size() == REMEMBERED) {
      operations.removeFirst();
    }
    operations.add(name + " " + key.tenant() + ":" + key.collection() + " " + List.of(arguments));
  }

  private void onMissing(CollectionKey key) {
    String id = one(IDS);
    operation("missing", key, id);
    StoredDocument document = document(id, "", "text");
    List<ThrowingCallable> calls =
        List.of(
            () -> store.collection(key),
            () -> store.size(key),
            () -> store.delete(key),
            () -> store.document(key, id),
            () -> store.documents(key, "", 5),
            () -> store.retrieve(key, Retrieval.lexical("text", 5), soon()),
            () -> store.upsert(key, document, Samples.chunks(document)).join(),
            () -> store.deleteDocument(key, id).join());
    assertThatThrownBy(one(calls)).isInstanceOf(NotFound.class);
    store.create(key, MODEL, "c1");
    plain.create(key);
  }

  private void onCollection(CollectionKey key) {
    switch (random.nextInt(20)) {
      case 0 -> deleteOrCreateAgain(key);
      case 1 -> reopen(key);
      case 2, 3, 4, 5, 6 -> write(key);
      case 7 -> burst(key);
      case 8, 9 -> deleteDocument(key);
      case 10, 11 -> get(key);
      case 12 -> listDocuments(key);
      case 13 -> listCollections(key);
      case 14 -> assertThat(store.size(key)).isEqualTo(plain.size(key));
      case 15, 16 -> findStamp(key);
      case 17 -> findWord(key);
      case 18 -> findNear(key);
      default -> findFiltered(key);
    }
  }

  private void deleteOrCreateAgain(CollectionKey key) {
    if (random.nextInt(4) > 0) {
      operation("create again", key);
      assertThatThrownBy(() -> store.create(key, MODEL, "c1")).isInstanceOf(AlreadyExists.class);
    } else {
      operation("delete", key);
      store.delete(key);
      plain.delete(key);
    }
  }

  private void reopen(CollectionKey key) {
    operation("reopen", key);
    store.close();
    store = open();
  }

  private StoredDocument randomDocument() {
    String[] paragraphs =
        IntStream.range(0, random.nextInt(4))
            .mapToObj(i -> one(WORDS) + " " + one(WORDS) + " stamp" + stamp++)
            .toArray(String[]::new);
    return document(one(IDS), "", RandomFilters.metadata(random), paragraphs);
  }

  private static List<EmbeddedChunk> chunks(StoredDocument document) {
    return document.record().chunkCount() == 0 ? List.of() : Samples.chunks(document);
  }

  private void write(CollectionKey key) {
    StoredDocument document = randomDocument();
    operation("upsert", key, document.id(), document.text());
    assertThat(store.upsert(key, document, chunks(document)).join())
        .isEqualTo(plain.upsert(key, document));
  }

  /** Writes that do not wait for each other take effect in the order in which they were begun. */
  private void burst(CollectionKey key) {
    List<CompletableFuture<?>> results = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    for (int i = 2 + random.nextInt(6); i > 0; i--) {
      StoredDocument document = randomDocument();
      if (random.nextInt(3) == 0) {
        operation("delete at once", key, document.id());
        results.add(store.deleteDocument(key, document.id()));
        expected.add(plain.deleteDocument(key, document.id()));
      } else {
        operation("upsert at once", key, document.id(), document.text());
        results.add(store.upsert(key, document, chunks(document)));
        expected.add(plain.upsert(key, document));
      }
    }
    assertThat(results.stream().map(CompletableFuture::join).map(Object.class::cast).toList())
        .isEqualTo(expected);
  }

  private void deleteDocument(CollectionKey key) {
    String id = one(IDS);
    operation("delete", key, id);
    assertThat(store.deleteDocument(key, id).join()).isEqualTo(plain.deleteDocument(key, id));
  }

  private void get(CollectionKey key) {
    String id = one(IDS);
    operation("get", key, id);
    assertThat(store.document(key, id)).isEqualTo(plain.document(key, id));
    assertThat(store.version(key, id)).isEqualTo(plain.version(key, id));
  }

  private void listDocuments(CollectionKey key) {
    int limit = 1 + random.nextInt(6);
    operation("list", key, limit);
    String after = random.nextBoolean() ? one(IDS) : "";
    List<DocumentRecord> page;
    do {
      page = store.documents(key, after, limit);
      assertThat(page).isEqualTo(plain.documents(key, after, limit));
      after = page.isEmpty() ? after : page.getLast().id();
    } while (page.size() == limit);
  }

  private void listCollections(CollectionKey key) {
    int limit = 1 + random.nextInt(3);
    String after = random.nextBoolean() ? "" : "a";
    operation("list collections", key, after, limit);
    assertThat(store.collections(key.tenant(), after, limit))
        .extracting(info -> info.key().collection())
        .isEqualTo(plain.names(key.tenant(), after, limit));
  }

  private void findStamp(CollectionKey key) {
    String word = "stamp" + Math.max(0, stamp - 1 - random.nextInt(40));
    operation("find", key, word);
    assertThat(passages(key, Retrieval.lexical(word, ALL)))
        .isEqualTo(plain.passages(key, text -> text.endsWith(" " + word)));
  }

  private void findWord(CollectionKey key) {
    String word = one(WORDS);
    operation("find", key, word);
    assertThat(passages(key, Retrieval.lexical(word, ALL)))
        .isEqualTo(plain.passages(key, text -> text.contains(word)));
  }

  private void findNear(CollectionKey key) {
    operation("find near", key);
    assertThat(passages(key, Retrieval.dense(vector(one(WORDS)), ALL)))
        .isEqualTo(plain.passages(key, text -> true));
  }

  private Set<String> passages(CollectionKey key, Retrieval retrieval) {
    List<Candidate> found = store.retrieve(key, retrieval, soon());
    Set<String> passages =
        found.stream()
            .map(Candidate::passage)
            .map(passage ->
                PlainDocuments.passage(
                    passage.documentId(), passage.documentVersion(), passage.text()))
            .collect(Collectors.toSet());
    assertThat(passages).as("each passage once").hasSameSizeAs(found);
    return passages;
  }

  private void findFiltered(CollectionKey key) {
    if (!filters()) {
      return;
    }
    Filter filter = RandomFilters.filter(random, 2);
    operation("find among", key, filter);
    Retrieval all = Retrieval.hybrid(String.join(" ", WORDS), vector("apples"), ALL);
    assertThat(
            store.retrieve(key, all.among(filter), soon()).stream()
                .map(candidate -> candidate.passage().documentId())
                .collect(Collectors.toSet()))
        .isEqualTo(plain.among(key, filter));
  }
}
