package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.soon;
import static dev.sluice.gateway.documents.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.Unavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, on a real node. */
class OpenSearchStoreIT extends DocumentStoreContract {

  private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);
  private static final List<String> WORDS =
      List.of("apple", "pear", "plum", "cherry", "quokka", "river", "stone", "cloud", "lamp");

  @TempDir private Path data;

  private final NodeProcess node = SharedNode.node();
  private final String prefix = SharedNode.prefix();

  @Override
  DocumentStore open() {
    return SharedNode.open(prefix, 1);
  }

  @Test
  void whatOneGatewayStoredTheOthersFind() {
    try (DocumentStore one = open();
        DocumentStore other = open()) {
      CollectionKey key = key("shared");
      one.create(key, MODEL, "c1");
      StoredDocument document = document("a", "", "apples");
      one.upsert(key, document, chunks(document)).join();
      assertThat(other.document(key, "a")).contains(document);
      assertThat(other.retrieve(key, Retrieval.lexical("apples", 5), soon())).hasSize(1);
    }
  }

  @Test
  void whatOneGatewayAcknowledgedTheOthersSeeWithItsToken() {
    try (DocumentStore one = open();
        DocumentStore other = open()) {
      CollectionKey key = key("tokens");
      one.create(key, MODEL, "c1");
      for (int i = 0; i < 5; i++) {
        StoredDocument document = document("a", "", "apples " + i);
        WritePosition written =
            one.upsert(key, document, chunks(document), ExpectedVersion.any()).join().position();
        assertThat(other.readAfter(key, written, soon(), () -> other.document(key, "a")))
            .contains(document);
      }
    }
  }

  @Test
  void tokensHoldForCollectionsOfSeveralShardsToo() {
    try (DocumentStore one = SharedNode.open(prefix, 3);
        DocumentStore other = SharedNode.open(prefix, 3)) {
      CollectionKey key = key("sharded");
      one.create(key, MODEL, "c1");
      for (int i = 0; i < 8; i++) {
        String id = "d" + i;
        StoredDocument document = document(id, "", "apples " + i);
        WritePosition written =
            one.upsert(key, document, chunks(document), ExpectedVersion.absent()).join().position();
        assertThat(other.readAfter(key, written, soon(), () -> other.document(key, id)))
            .contains(document);
      }
    }
  }

  @Test
  void aCollectionThatAnotherGatewayMadeAgainDoesNotGetWhatWasMeantForTheOneBefore() {
    try (DocumentStore one = open();
        DocumentStore other = open()) {
      CollectionKey key = key("again");
      one.create(key, MODEL, "c1");
      StoredDocument document = document("a", "", "apples");
      WritePosition before =
          one.upsert(key, document, chunks(document), ExpectedVersion.any()).join().position();
      other.delete(key);
      other.create(key, MODEL, "c1");
      assertThatThrownBy(() -> one.upsert(key, document, chunks(document)).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(NotFound.class);
      assertThat(other.document(key, "a")).isEmpty();
      WritePosition after =
          one.upsert(key, document, chunks(document), ExpectedVersion.absent()).join().position();
      other.requireVisible(key, after, soon());
      assertThatThrownBy(() -> one.requireVisible(key, before, soon()))
          .isInstanceOf(Precondition.class);
    }
  }

  @Test
  void aCollectionThatAnotherGatewayDeletedIsNotMadeAgainByWriting() {
    try (DocumentStore one = open();
        DocumentStore other = open()) {
      CollectionKey key = key("passing");
      one.create(key, MODEL, "c1");
      StoredDocument document = document("a", "", "apples");
      one.upsert(key, document, chunks(document)).join();
      other.delete(key);
      assertThatThrownBy(() -> one.upsert(key, document, chunks(document)).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(NotFound.class);
      assertThatThrownBy(() -> one.collection(key)).isInstanceOf(NotFound.class);
      assertThatThrownBy(() -> one.upsert(key, document, chunks(document)))
          .isInstanceOf(NotFound.class);
    }
  }

  @Test
  void aNodeThatIsKilledIsUnavailableAndHasLostNothingWhenItIsBack() throws Exception {
    try (DocumentStore store = open()) {
      CollectionKey key = key("killed");
      store.create(key, MODEL, "c1");
      List<StoredDocument> documents =
          IntStream.range(0, 50).mapToObj(i -> document("d" + i, "", "apples " + i)).toList();
      documents.stream()
          .map(document -> store.upsert(key, document, chunks(document)))
          .toList()
          .forEach(CompletableFuture::join);
      node.kill();
      assertThatThrownBy(() -> store.document(key, "d0")).isInstanceOf(Unavailable.class);
      assertThatThrownBy(() -> store.retrieve(key, Retrieval.lexical("apples", 5), soon()))
          .isInstanceOf(Unavailable.class);
      StoredDocument late = document("late", "", "pears");
      assertThatThrownBy(() -> store.upsert(key, late, chunks(late)).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(Unavailable.class);
      node.restart();
      awaitShards(store, key);
      for (StoredDocument document : documents) {
        assertThat(store.document(key, document.id())).contains(document);
      }
      assertThat(store.size(key)).isEqualTo(new CollectionSize(50, 50));
      assertThat(store.retrieve(key, Retrieval.lexical("apples", 50), soon())).hasSize(50);
      assertThat(store.upsert(key, late, chunks(late)).join()).isEqualTo(Upserted.CREATED);
    }
  }

  @Test
  void indexesThatAreReadOnlyAreReadAndRefuseWritesWithTheirReason() {
    try (DocumentStore store = open()) {
      CollectionKey key = key("blocked");
      store.create(key, MODEL, "c1");
      StoredDocument document = document("a", "", "apples");
      store.upsert(key, document, chunks(document)).join();
      String settings = node.url() + "/" + prefix + "-*-blocked/_settings";
      SharedNode.ask("PUT", settings, "{\"index.blocks.read_only\": true}");
      assertThatThrownBy(() -> store.upsert(key, document, chunks(document)).join())
          .cause()
          .isInstanceOf(Precondition.class)
          .hasMessageContaining("read-only");
      assertThat(store.document(key, "a")).contains(document);
      assertThat(store.retrieve(key, Retrieval.lexical("apples", 5), soon())).hasSize(1);
      SharedNode.ask("PUT", settings, "{\"index.blocks.read_only\": null}");
      assertThat(store.upsert(key, document, chunks(document)).join()).isEqualTo(Upserted.REPLACED);
    }
  }

  @Test
  void aDocumentThatTheNodeFindsTooLongIsRefusedAloneAndByThat() {
    try (DocumentStore store = open()) {
      CollectionKey key = key("long");
      store.create(key, MODEL, "c1");
      StoredDocument large = document("large", "", "a".repeat(17 << 20));
      StoredDocument small = document("small", "", "apples");
      CompletableFuture<Upserted> refused = store.upsert(key, large, List.of());
      CompletableFuture<Upserted> taken = store.upsert(key, small, chunks(small));
      assertThatThrownBy(refused::join)
          .hasCauseInstanceOf(InvalidInput.class)
          .hasMessageContaining("too long for the document store");
      assertThat(taken.join()).isEqualTo(Upserted.CREATED);
    }
  }

  /** Until then it says that it is unavailable, instead of giving a part. */
  private static void awaitShards(DocumentStore store, CollectionKey key) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      try {
        store.size(key);
        return;
      } catch (Unavailable e) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void itScoresAsLuceneDoes(int shards) {
    CollectionKey key = key("parity");
    Random random = new Random(7);
    List<StoredDocument> documents =
        IntStream.range(0, 200)
            .mapToObj(i -> document("d" + i, "Title " + i, words(random), words(random)))
            .toList();
    try (DocumentStore here = SharedNode.open(prefix, shards);
        DocumentStore lucene =
            new LuceneStore(data, LexicalSettings.DEFAULT, CLOCK, FSDirectory::open)) {
      for (DocumentStore store : List.of(here, lucene)) {
        store.create(key, MODEL, "c1");
        documents.stream()
            .map(document -> store.upsert(key, document, chunks(document)))
            .toList()
            .forEach(CompletableFuture::join);
      }
      for (int i = 0; i < 20; i++) {
        String query = words(random);
        Retrieval retrieval = Retrieval.hybrid(query, vector(query), 50);
        Map<String, Candidate> expected = byChunk(lucene.retrieve(key, retrieval, soon()));
        Map<String, Candidate> found = byChunk(here.retrieve(key, retrieval, soon()));
        found.keySet().retainAll(expected.keySet());
        assertThat(found).hasSizeGreaterThanOrEqualTo(expected.size() * 19 / 20);
        expected.keySet().retainAll(found.keySet());
        expected.forEach((chunk, candidate) -> assertSame(found.remove(chunk), candidate));
      }
    }
  }

  private static void assertSame(@Nullable Candidate found, Candidate expected) {
    Candidate candidate = Objects.requireNonNull(found);
    assertThat(candidate.passage()).isEqualTo(expected.passage());
    assertThat(candidate.cosine())
        .isCloseTo(Objects.requireNonNull(expected.cosine()), within(1e-5));
    assertThat(candidate.bm25()).isCloseTo(Objects.requireNonNull(expected.bm25()), within(1e-3));
  }

  private static Map<String, Candidate> byChunk(List<Candidate> candidates) {
    return candidates.stream()
        .collect(Collectors.toMap(candidate -> candidate.passage().chunkId(), Function.identity()));
  }

  private static String words(Random random) {
    return random
        .ints(3 + random.nextInt(12), 0, WORDS.size())
        .mapToObj(WORDS::get)
        .collect(Collectors.joining(" "));
  }
}
