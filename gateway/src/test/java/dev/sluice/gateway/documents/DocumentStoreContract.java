package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.DIMENSION;
import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.metadata;
import static dev.sluice.gateway.documents.Samples.soon;
import static dev.sluice.gateway.documents.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.VersionConflict;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every document store promises. */
abstract class DocumentStoreContract {

  private static final CollectionKey BOOKS = key("books");

  private DocumentStore store;

  /** A store over the same storage each time it is called within a test. */
  abstract DocumentStore open();

  @BeforeEach
  void createCollection() {
    store = open();
    store.create(BOOKS, MODEL, "c1");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = open();
  }

  private Upserted put(StoredDocument document) {
    return store.upsert(BOOKS, document, chunks(document)).join();
  }

  private void putAll(int count, String text) {
    IntStream.range(0, count)
        .mapToObj(i -> document("d" + i, "", text + i))
        .map(document -> store.upsert(BOOKS, document, chunks(document)))
        .toList()
        .forEach(CompletableFuture::join);
  }

  private List<Candidate> find(String text) {
    return store.retrieve(BOOKS, Retrieval.hybrid(text, vector(text), 10), soon());
  }

  private static Set<String> documentIds(List<Candidate> candidates) {
    return candidates.stream().map(c -> c.passage().documentId()).collect(Collectors.toSet());
  }

  @Test
  void aCollectionRemembersWhatItWasCreatedWith() {
    reopen();
    assertThat(store.collection(BOOKS))
        .isEqualTo(new CollectionInfo(BOOKS, MODEL, "c1", Samples.NOW));
  }

  @Test
  void itsUsageIsTheSumOverItsCollections() {
    store.create(key("films"), MODEL, "c1");
    StoredDocument film = document("f", "", "one film");
    store.upsert(key("films"), film, chunks(film)).join();
    putAll(3, "text ");
    StoreUsage open = store.usage(soon());
    reopen();
    StoreUsage closed = store.usage(soon());

    assertThat(open.documents()).isEqualTo(4);
    assertThat(open.chunks())
        .isEqualTo(3L * chunks(document("d0", "", "text 0")).size() + chunks(film).size());
    assertThat(open.bytes()).isPositive();
    assertThat(closed.documents()).isEqualTo(4);
    assertThat(closed.chunks()).isEqualTo(open.chunks());
    assertThat(closed.disk())
        .hasValueSatisfying(
            disk -> assertThat(disk.free()).isPositive().isLessThanOrEqualTo(disk.total()));
  }

  @Test
  void aCollectionRemembersTheTypesThatItDeclares() {
    MetadataTypes types =
        MetadataTypes.of(
            Map.of(
                "year", MetadataType.NUMBER,
                "a.b", MetadataType.LIST_OF_TIMESTAMP,
                "this[\"my \\\"field\"]", MetadataType.STRING));
    CollectionInfo created = store.create(key("typed"), MODEL, "c1", types);
    reopen();
    assertThat(store.collection(key("typed"))).isEqualTo(created);
    assertThat(store.collection(key("typed")).metadataTypes()).isEqualTo(types);
    assertThat(store.collections("default", "s", 9)).containsExactly(created);
  }

  private WritePosition write(StoredDocument document) {
    return store.upsert(BOOKS, document, chunks(document), ExpectedVersion.any()).join().position();
  }

  @Test
  void aReadAfterAWriteContainsIt() {
    for (int i = 0; i < 10; i++) {
      StoredDocument document = document("a", "", "text " + i);
      WritePosition written = write(document);
      assertThat(store.readAfter(BOOKS, written, soon(), () -> store.document(BOOKS, "a")))
          .contains(document);
    }
    WritePosition deleted =
        store.deleteDocument(BOOKS, "a", ExpectedVersion.any()).join().position();
    assertThat(store.readAfter(BOOKS, deleted, soon(), () -> store.document(BOOKS, "a"))).isEmpty();
  }

  @Test
  void laterWritesStandLater() {
    WritePosition first = write(document("a", "", "one"));
    WritePosition second = write(document("b", "", "two"));
    assertThat(second.isAfter(first)).isTrue();
    assertThat(first.isAfter(second)).isFalse();
    reopen();
    store.requireVisible(BOOKS, second, soon());
    assertThat(write(document("a", "", "three")).isAfter(second)).isTrue();
  }

  @Test
  void whatIsStoredAlreadyStandsNoEarlierThanItsWrite() {
    StoredDocument document = document("a", "", "one");
    WritePosition written = write(document);
    WritePosition found = store.stored(BOOKS, "a").orElseThrow().position();
    assertThat(written.isAfter(found)).isFalse();
    store.requireVisible(BOOKS, found, soon());
    WritePosition unchanged =
        store.upsert(BOOKS, document, chunks(document), ExpectedVersion.absent()).join().position();
    assertThat(written.isAfter(unchanged)).isFalse();
    store.requireVisible(BOOKS, unchanged, soon());
  }

  @Test
  void aWriteIntoACollectionThatWasMadeAgainIsNotThere() {
    WritePosition written = write(document("a", "", "one"));
    store.create(key("other"), MODEL, "c1");
    assertNotThere(key("other"), written);
    store.delete(BOOKS);
    assertThatThrownBy(() -> store.requireVisible(BOOKS, written, soon()))
        .isInstanceOf(NotFound.class);
    store.create(BOOKS, MODEL, "c1");
    write(document("a", "", "one"));
    write(document("a", "", "two"));
    assertNotThere(BOOKS, written);
  }

  @Test
  void aWriteThatTheCollectionHasLostIsNotThere() {
    WritePosition last = write(document("a", "", "one"));
    store.requireVisible(BOOKS, last, soon());
    assertNotThere(
        BOOKS, new WritePosition(last.collection(), last.term(), last.sequence() + 1000));
    store.requireVisible(BOOKS, last, soon());
  }

  private void assertNotThere(CollectionKey key, WritePosition written) {
    assertThatThrownBy(() -> store.requireVisible(key, written, soon()))
        .isInstanceOf(Precondition.class)
        .hasMessageContaining("consistency token");
  }

  @Test
  void aSecondCollectionOfTheSameNameIsRefused() {
    assertThatThrownBy(() -> store.create(BOOKS, MODEL, "c1")).isInstanceOf(AlreadyExists.class);
  }

  @Test
  void anotherTenantsCollectionOfTheSameNameIsAnotherOne() {
    CollectionKey theirs = new CollectionKey("Other/../tenant", "books");
    put(document("a", "", "apples"));
    assertThatThrownBy(() -> store.collection(theirs)).isInstanceOf(NotFound.class);
    store.create(theirs, MODEL, "c1");
    assertThat(store.size(theirs)).isEqualTo(new CollectionSize(0, 0));
    reopen();
    assertThat(store.collections("Other/../tenant", "", 9)).hasSize(1);
    assertThat(store.collections("default", "", 9)).hasSize(1);
  }

  @Test
  void namesThatCouldLeaveTheDirectoryAreRefused() {
    for (String name : List.of("", "..", "a/b", "Books", "-a", "a".repeat(65))) {
      assertThatThrownBy(() -> store.create(key(name), MODEL, "c1"))
          .isInstanceOf(InvalidInput.class);
    }
  }

  @Test
  void collectionsAreListedByNameInPages() {
    for (String name : List.of("zebra", "ants", "b-1", "b_1")) {
      store.create(key(name), MODEL, "c1");
    }
    assertThat(store.collections("default", "", 3))
        .extracting(info -> info.key().collection())
        .containsExactly("ants", "b-1", "b_1");
    assertThat(store.collections("default", "b_1", 3))
        .extracting(info -> info.key().collection())
        .containsExactly("books", "zebra");
  }

  @Test
  void manyCollectionsAreListedAtOnceAndCounted() {
    List<String> names = IntStream.range(10, 33).mapToObj(i -> "c" + i).toList();
    names.forEach(name -> store.create(key(name), MODEL, "c1"));
    assertThat(store.collections("default", "books", 100))
        .extracting(info -> info.key().collection())
        .isEqualTo(names);
    assertThat(store.collectionCount("default")).isEqualTo(24);
    store.delete(key("c10"));
    assertThat(store.collectionCount("default")).isEqualTo(23);
    assertThat(store.collectionCount("other")).isZero();
  }

  @Test
  void anUnknownCollectionIsNotFoundByAnyMethod() {
    CollectionKey none = key("none");
    StoredDocument document = document("a", "", "text");
    assertThatThrownBy(() -> store.collection(none)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.size(none)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.delete(none)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.version(none, "a")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.document(none, "a")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.documents(none, "", 1)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.deleteDocument(none, "a")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.upsert(none, document, chunks(document)))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.retrieve(none, Retrieval.lexical("a", 1), soon()))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aDeletedCollectionIsGoneAndItsNameIsFree() {
    put(document("a", "", "apples"));
    store.delete(BOOKS);
    assertThatThrownBy(() -> store.size(BOOKS)).isInstanceOf(NotFound.class);
    reopen();
    assertThatThrownBy(() -> store.collection(BOOKS)).isInstanceOf(NotFound.class);
    store.create(BOOKS, MODEL, "c2");
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(0, 0));
    assertThat(find("apples")).isEmpty();
  }

  @Test
  void whoReadsWhileACollectionIsDeletedFinishesOrGetsNotFound() throws Exception {
    putAll(30, "apples and pears ");
    AtomicBoolean reading = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> readers =
          IntStream.range(0, 4)
              .mapToObj(i -> threads.submit(() -> readUntilGone(reading)))
              .toList();
      while (!reading.get()) {
        Thread.onSpinWait();
      }
      store.delete(BOOKS);
      for (Future<Boolean> reader : readers) {
        assertThat(reader.get()).isTrue();
      }
    }
  }

  private boolean readUntilGone(AtomicBoolean reading) {
    while (true) {
      try {
        assertThat(find("apples")).hasSizeGreaterThanOrEqualTo(10);
        reading.set(true);
      } catch (NotFound gone) {
        return true;
      }
    }
  }

  @Test
  void aStoredDocumentComesBackAsItWas() {
    StoredDocument document =
        document(
            "a\u0000b/ü😀", "Title", metadata("k", "v"), "first 😀 part", "second\r\npart\u0000");
    assertThat(put(document)).isEqualTo(Upserted.CREATED);
    assertThat(store.document(BOOKS, document.id())).contains(document);
    assertThat(store.version(BOOKS, document.id()))
        .contains(new StoredVersion(document.record().version(), 2));
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, 2));
    reopen();
    assertThat(store.document(BOOKS, document.id())).contains(document);
  }

  @Test
  void aDocumentIsReplacedWhole() {
    put(document("a", "", "apples", "pears", "plums"));
    put(document("b", "", "apples"));
    assertThat(put(document("a", "", "cherries"))).isEqualTo(Upserted.REPLACED);
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(2, 2));
    assertThat(documentIds(store.retrieve(BOOKS, Retrieval.lexical("pears plums", 10), soon())))
        .isEmpty();
    assertThat(documentIds(store.retrieve(BOOKS, Retrieval.lexical("apples", 10), soon())))
        .containsExactly("b");
  }

  @Test
  void writesOfOneGroupKnowOfEachOther() {
    List<CompletableFuture<Upserted>> futures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      StoredDocument document = document("same", "", "text number " + i);
      futures.add(store.upsert(BOOKS, document, chunks(document)));
    }
    assertThat(futures.getFirst().join()).isEqualTo(Upserted.CREATED);
    assertThat(futures.subList(1, 20))
        .allSatisfy(future -> assertThat(future.join()).isEqualTo(Upserted.REPLACED));
    assertThat(store.document(BOOKS, "same").orElseThrow().text()).isEqualTo("text number 19");
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, 1));
  }

  private CompletableFuture<Upserted> put(StoredDocument document, ExpectedVersion expected) {
    return store.upsert(BOOKS, document, chunks(document), expected).thenApply(Positioned::value);
  }

  private static <T extends Throwable> T refusal(CompletableFuture<?> future, Class<T> type) {
    CompletionException thrown = assertThrows(CompletionException.class, future::join);
    assertThat(thrown).hasCauseInstanceOf(type);
    return Objects.requireNonNull(type.cast(thrown.getCause()));
  }

  @Test
  void onlyTheExpectedVersionIsReplaced() {
    StoredDocument first = document("a", "", "apples");
    StoredDocument second = document("a", "", "pears", "plums");
    put(first);
    ExpectedVersion expected = ExpectedVersion.exactly(first.record().version());
    assertThat(put(second, expected).join()).isEqualTo(Upserted.REPLACED);
    VersionConflict conflict =
        refusal(put(document("a", "", "lost update"), expected), VersionConflict.class);
    assertThat(conflict.version()).isEqualTo(second.record().version());
    assertThat(store.document(BOOKS, "a")).contains(second);
    assertThat(documentIds(find("lost update"))).containsExactly("a");
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, 2));
  }

  @Test
  void aVersionOfADocumentThatIsNotThereIsNotReplaced() {
    VersionConflict conflict =
        refusal(
            put(document("a", "", "apples"), ExpectedVersion.exactly("v1")), VersionConflict.class);
    assertThat(conflict.version()).isEmpty();
    assertThat(store.document(BOOKS, "a")).isEmpty();
  }

  @Test
  void whereNothingIsExpectedADocumentIsCreatedOnce() {
    StoredDocument first = document("a", "", "apples");
    assertThat(put(first, ExpectedVersion.absent()).join()).isEqualTo(Upserted.CREATED);
    AlreadyExists exists =
        refusal(put(document("a", "", "pears"), ExpectedVersion.absent()), AlreadyExists.class);
    assertThat(exists.version()).isEqualTo(first.record().version());
    assertThat(store.document(BOOKS, "a")).contains(first);
    store.deleteDocument(BOOKS, "a").join();
    assertThat(put(document("a", "", "pears"), ExpectedVersion.absent()).join())
        .isEqualTo(Upserted.CREATED);
  }

  @Test
  void whatIsStoredAlreadyIsUnchangedWhateverIsExpected() {
    StoredDocument document = document("a", "", "apples");
    put(document);
    for (ExpectedVersion expected :
        List.of(ExpectedVersion.absent(), ExpectedVersion.exactly("older"))) {
      assertThat(put(document, expected).join()).isEqualTo(Upserted.UNCHANGED);
    }
    assertThat(store.document(BOOKS, "a")).contains(document);
  }

  @Test
  void onlyTheExpectedVersionIsDeleted() {
    StoredDocument document = document("a", "", "apples");
    put(document);
    VersionConflict conflict =
        refusal(
            store.deleteDocument(BOOKS, "a", ExpectedVersion.exactly("older")),
            VersionConflict.class);
    assertThat(conflict.version()).isEqualTo(document.record().version());
    assertThat(store.document(BOOKS, "a")).contains(document);
    ExpectedVersion expected = ExpectedVersion.exactly(document.record().version());
    assertThat(store.deleteDocument(BOOKS, "a", expected).join().value()).isTrue();
    assertThat(store.deleteDocument(BOOKS, "a", expected).join().value()).isFalse();
    assertThat(find("apples")).isEmpty();
  }

  @Test
  void ofWritesThatExpectTheSameVersionOneSucceeds() {
    List<CompletableFuture<Upserted>> creations =
        IntStream.range(0, 20)
            .mapToObj(i -> put(document("a", "", "text " + i), ExpectedVersion.absent()))
            .toList();
    assertThat(successes(creations, AlreadyExists.class)).isOne();
    ExpectedVersion expected =
        ExpectedVersion.exactly(store.version(BOOKS, "a").orElseThrow().version());
    List<CompletableFuture<Upserted>> updates =
        IntStream.range(0, 20)
            .mapToObj(i -> put(document("a", "", "newer text " + i), expected))
            .toList();
    assertThat(successes(updates, VersionConflict.class)).isOne();
  }

  private static long successes(
      List<CompletableFuture<Upserted>> futures, Class<? extends Throwable> otherwise) {
    return futures.stream()
        .filter(future -> {
          try {
            future.join();
            return true;
          } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(otherwise);
            return false;
          }
        })
        .count();
  }

  @Test
  void noUpdateOfManyCallersAtOnceIsLost() throws Exception {
    put(document("counter", "", "0 by nobody"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> callers =
          IntStream.range(0, 12).mapToObj(i -> threads.submit(() -> increment(i))).toList();
      for (Future<Integer> caller : callers) {
        caller.get();
      }
    }
    assertThat(store.document(BOOKS, "counter").orElseThrow().text()).startsWith("12 by ");
  }

  private int increment(int caller) {
    while (true) {
      StoredDocument read = store.document(BOOKS, "counter").orElseThrow();
      int next = Integer.parseInt(read.text().split(" ", -1)[0]) + 1;
      StoredDocument changed = document("counter", "", next + " by " + caller);
      try {
        put(changed, ExpectedVersion.exactly(read.record().version())).join();
        return next;
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(VersionConflict.class);
      }
    }
  }

  @Test
  void aDocumentThatManyCallersWriteAtOnceEndsAsOneOfThemWhole() throws Exception {
    int callers = 24;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Upserted>> writers =
          IntStream.range(0, callers)
              .mapToObj(i -> threads.submit(() -> put(versionOf(i))))
              .toList();
      int created = 0;
      for (Future<Upserted> writer : writers) {
        created += writer.get() == Upserted.CREATED ? 1 : 0;
      }
      assertThat(created).isOne();
    }
    StoredDocument stored = store.document(BOOKS, "same").orElseThrow();
    assertThat(IntStream.range(0, callers).mapToObj(DocumentStoreContract::versionOf))
        .contains(stored);
    List<Candidate> found = store.retrieve(BOOKS, Retrieval.lexical("apples", 500), soon());
    assertThat(found)
        .hasSize(stored.record().chunkCount())
        .allSatisfy(candidate ->
            assertThat(candidate.passage().documentVersion()).isEqualTo(stored.record().version()));
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, stored.record().chunkCount()));
  }

  /** Versions of different lengths, so that a mixed one shows. */
  private static StoredDocument versionOf(int caller) {
    String[] paragraphs =
        IntStream.rangeClosed(0, caller % 5)
            .mapToObj(i -> "apples of caller " + caller + ", part " + i)
            .toArray(String[]::new);
    return document("same", "", paragraphs);
  }

  @Test
  void theVectorsOfADocumentComeBackByWhatWasEmbedded() {
    StoredDocument before = document("a", "Fruit", "apples", "pears", "apples");
    put(before);
    put(document("b", "Fruit", "plums"));
    assertVectors(before);
    StoredDocument after = document("a", "Fruit", "cherries", "apples");
    put(after);
    reopen();
    assertVectors(after);
    assertThat(store.vectors(BOOKS, "unknown")).isEmpty();
    store.deleteDocument(BOOKS, "a").join();
    assertThat(store.vectors(BOOKS, "a")).isEmpty();
    assertThatThrownBy(() -> store.vectors(key("none"), "a")).isInstanceOf(NotFound.class);
  }

  private void assertVectors(StoredDocument document) {
    Map<String, float[]> vectors = store.vectors(BOOKS, document.id());
    List<EmbeddedChunk> chunks = chunks(document);
    Set<String> read =
        chunks.stream().map(each -> each.chunk().read(document.text())).collect(Collectors.toSet());
    assertThat(vectors.keySet()).isEqualTo(read);
    for (EmbeddedChunk each : chunks) {
      assertThat(vectors.get(each.chunk().read(document.text()))).isEqualTo(each.vector());
    }
  }

  @Test
  void theVectorsOfALongDocumentAllComeBack() {
    String[] paragraphs =
        IntStream.range(0, 1203).mapToObj(i -> "paragraph " + i).toArray(String[]::new);
    put(document("long", "", paragraphs));
    assertThat(store.vectors(BOOKS, "long")).hasSize(1203).containsKey("paragraph 1202");
    put(document("blank", "", ""));
    assertThat(store.vectors(BOOKS, "blank")).hasSize(1);
  }

  @Test
  void aDocumentWithoutChunksIsFoundByItsIdAlone() {
    StoredDocument blank = document("blank", "", new String[] {});
    store.upsert(BOOKS, blank, List.of()).join();
    assertThat(store.document(BOOKS, "blank")).contains(blank);
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, 0));
    assertThat(find("blank")).isEmpty();
  }

  @Test
  void aReplacedDocumentIsSeenOldOrNewButNeverMixedOrAbsent() throws Exception {
    put(document("a", "", "apples old", "pears old"));
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> reader = threads.submit(() -> readWholeDocuments(stop));
      for (int i = 0; i < 16; i++) {
        String age = i % 2 == 0 ? "new" : "old";
        put(document("a", "", "apples " + age, "pears " + age));
      }
      stop.set(true);
      assertThat(reader.get()).isPositive();
    }
  }

  private int readWholeDocuments(AtomicBoolean stop) {
    int reads = 0;
    do {
      List<Candidate> found = store.retrieve(BOOKS, Retrieval.lexical("apples pears", 10), soon());
      assertThat(found).hasSize(2);
      assertThat(found.stream().map(c -> c.passage().documentVersion()).distinct()).hasSize(1);
      reads++;
    } while (!stop.get());
    return reads;
  }

  @Test
  void documentsAreListedByIdInPagesWithoutTheirText() {
    for (String id : List.of("c", "a", "é", "b", "a b", "\uD83D\uDE00", "\uFFFD")) {
      put(document(id, "Title of " + id, "text"));
    }
    put(document("b", "Newer", "other text"));
    store.deleteDocument(BOOKS, "c").join();
    List<DocumentRecord> first = store.documents(BOOKS, "", 3);
    assertThat(first).extracting(DocumentRecord::id).containsExactly("a", "a b", "b");
    assertThat(first.get(2).title()).isEqualTo("Newer");
    assertThat(store.documents(BOOKS, "b", 10))
        .extracting(DocumentRecord::id)
        .containsExactly("é", "\uFFFD", "\uD83D\uDE00");
    assertThat(store.documents(BOOKS, "a0", 1)).extracting(DocumentRecord::id).containsExactly("b");
    assertThat(store.documents(BOOKS, "\uD83D\uDE00", 10)).isEmpty();
  }

  @Test
  void aDeletedDocumentIsGoneWithAllItsPassages() {
    put(document("a", "", "apples", "pears"));
    put(document("b", "", "apples"));
    assertThat(store.deleteDocument(BOOKS, "a").join()).isTrue();
    assertThat(store.deleteDocument(BOOKS, "a").join()).isFalse();
    assertThat(store.document(BOOKS, "a")).isEmpty();
    assertThat(store.version(BOOKS, "a")).isEmpty();
    assertThat(documentIds(find("apples pears"))).containsExactly("b");
    reopen();
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, 1));
  }

  @Test
  void aPassageIsExactlyTheStoredTextAtItsPlace() {
    StoredDocument document = document("a", "Fruit", metadata("k", "v"), "apples 😀", "pears 😀");
    put(document);
    List<Candidate> found = find("pears");
    assertThat(found).hasSize(2);
    for (Candidate candidate : found) {
      Passage passage = candidate.passage();
      assertThat(passage.text())
          .isEqualTo(document.text().substring(passage.start(), passage.end()));
      assertThat(passage.documentVersion()).isEqualTo(document.record().version());
      assertThat(passage.title()).isEqualTo("Fruit");
      assertThat(passage.headings()).containsExactly("Part " + passage.start());
      assertThat(passage.metadata()).isEqualTo(metadata("k", "v"));
    }
    assertThat(found.stream().map(c -> c.passage().chunkId()).distinct()).hasSize(2);
  }

  @Test
  void largeMetadataComeBackWithEveryPassage() {
    put(document("small", "", metadata("k", "v"), "apples one", "apples two"));
    put(document("large", "", metadata("k", "v".repeat(60_000)), "apples one", "apples two"));
    put(document("none", "", "apples one", "apples two"));
    for (Candidate candidate : find("apples")) {
      Passage passage = candidate.passage();
      assertThat(passage.metadata())
          .isEqualTo(store.document(BOOKS, passage.documentId()).orElseThrow().record().metadata());
    }
  }

  @Test
  void everyLegThatRanScoresAllCandidatesExactly() {
    putAll(40, "filler text number ");
    put(document("words", "", "quokka " + "lorem ipsum dolor sit amet consectetur ".repeat(5)));
    float[] near = vector("filler text number 7");
    List<Candidate> both = store.retrieve(BOOKS, Retrieval.hybrid("quokka", near, 5), soon());
    assertThat(both).hasSize(6);
    for (Candidate candidate : both) {
      boolean byWords = candidate.passage().documentId().equals("words");
      assertThat(candidate.cosine())
          .isCloseTo(cosine(near, vector(candidate.passage().text())), within(1e-5));
      if (byWords) {
        assertThat(candidate.bm25()).isPositive();
      } else {
        assertThat(candidate.bm25()).isZero();
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    return IntStream.range(0, DIMENSION).mapToDouble(i -> a[i] * b[i]).sum();
  }

  @Test
  void aLegWithoutInputDoesNotRunAndGivesNoScore() {
    put(document("a", "", "apples"));
    Candidate byWords = store.retrieve(BOOKS, Retrieval.lexical("apples", 5), soon()).getFirst();
    assertThat(byWords.cosine()).isNull();
    assertThat(byWords.bm25()).isPositive();
    Candidate byVector =
        store.retrieve(BOOKS, Retrieval.dense(vector("apples"), 5), soon()).getFirst();
    assertThat(byVector.cosine()).isCloseTo(1.0, within(1e-5));
    assertThat(byVector.bm25()).isNull();
  }

  @Test
  void aQueryWithoutWordsHasAnEmptyLexicalLeg() {
    put(document("a", "", "apples"));
    for (String query : List.of("the of and", "?!* :-) ~ \"", "", "\u0000", "😀", "AND OR NOT (")) {
      assertThat(store.retrieve(BOOKS, Retrieval.lexical(query, 5), soon())).isEmpty();
      assertThat(store.retrieve(BOOKS, Retrieval.hybrid(query, vector("apples"), 5), soon()))
          .singleElement()
          .satisfies(candidate -> assertThat(candidate.bm25()).isZero());
    }
  }

  @Test
  void aQueryOfThousandsOfWordsIsAnswered() {
    put(document("a", "", "apples"));
    String query =
        "apples "
            + IntStream.range(0, 3000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    assertThat(documentIds(store.retrieve(BOOKS, Retrieval.lexical(query, 5), soon())))
        .containsExactly("a");
  }

  @Test
  void moreOfTheQuerysWordsScoreHigher() {
    put(document("one", "", "apples taste good"));
    put(document("two", "", "apples pears good"));
    List<Candidate> found = store.retrieve(BOOKS, Retrieval.lexical("apple pear", 5), soon());
    assertThat(found).hasSize(2);
    double one = bm25("one", found);
    assertThat(bm25("two", found)).isGreaterThan(one);
  }

  private static double bm25(String id, List<Candidate> candidates) {
    return candidates.stream()
        .filter(candidate -> candidate.passage().documentId().equals(id))
        .mapToDouble(candidate -> Objects.requireNonNull(candidate.bm25()))
        .sum();
  }

  @Test
  void theTitleIsSearchedWithEveryPassage() {
    put(document("a", "Quokkas", "first part", "second part"));
    assertThat(store.retrieve(BOOKS, Retrieval.lexical("quokka", 5), soon())).hasSize(2);
  }

  @Test
  void aVectorOfAnotherSizeIsRefusedAndHarmsNothing() {
    put(document("a", "", "apples"));
    assertThatThrownBy(() -> store.retrieve(BOOKS, Retrieval.dense(new float[3], 5), soon()))
        .isInstanceOf(Precondition.class);
    StoredDocument other = document("b", "", "pears");
    List<EmbeddedChunk> wrong =
        List.of(new EmbeddedChunk(new Chunk(0, 5, List.of(), ""), new float[] {1, 0, 0}));
    assertThatThrownBy(() -> store.upsert(BOOKS, other, wrong).join())
        .isInstanceOf(dev.sluice.serving.failure.Failure.Internal.class);
    assertThat(put(document("b", "", "pears"))).isEqualTo(Upserted.CREATED);
    assertThat(documentIds(find("apples pears"))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void manyWritersAtOnceAllGetTheirDocumentsIn() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Upserted>> writers =
          IntStream.range(0, 300)
              .mapToObj(i -> threads.submit(() -> put(document("d" + i, "", "text " + i))))
              .toList();
      for (Future<Upserted> writer : writers) {
        assertThat(writer.get()).isEqualTo(Upserted.CREATED);
      }
    }
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(300, 300));
    reopen();
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(300, 300));
  }

  @Test
  void closingFinishesTheWritesThatWait() {
    List<CompletableFuture<Upserted>> futures =
        IntStream.range(0, 50)
            .mapToObj(i -> document("d" + i, "", "text " + i))
            .map(document -> store.upsert(BOOKS, document, chunks(document)))
            .toList();
    reopen();
    assertThat(futures).allMatch(CompletableFuture::isDone);
    long stored = futures.stream().filter(future -> !future.isCompletedExceptionally()).count();
    assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(stored, stored));
    assertThat(stored).isEqualTo(50);
  }

  @Test
  void writesThatWaitWhenTheirCollectionIsDeletedEndOneWayOrTheOther() {
    List<CompletableFuture<Upserted>> futures =
        IntStream.range(0, 50)
            .mapToObj(i -> document("d" + i, "", "text " + i))
            .map(document -> store.upsert(BOOKS, document, chunks(document)))
            .toList();
    store.delete(BOOKS);
    for (CompletableFuture<Upserted> future : futures) {
      assertThat(future).isDone();
      if (future.isCompletedExceptionally()) {
        assertThatThrownBy(future::join)
            .isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(NotFound.class);
      }
    }
  }

  @Test
  void aRetrievalThatIsNotDoneByItsDeadlineFailsAndIsNotEmpty() {
    put(document("a", "", "apples"));
    Deadline passed = Deadline.after(-1, TimeUnit.MILLISECONDS);
    for (Retrieval retrieval :
        List.of(Retrieval.lexical("apples", 5), Retrieval.dense(vector("apples"), 5))) {
      assertThatThrownBy(() -> store.retrieve(BOOKS, retrieval, passed))
          .isInstanceOf(DeadlineExceeded.class);
    }
  }
}
