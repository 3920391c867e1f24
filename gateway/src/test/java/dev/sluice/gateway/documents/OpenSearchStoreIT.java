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

import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.gateway.documents.opensearch.OpenSearchStore;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a real node. */
class OpenSearchStoreIT extends DocumentStoreContract {

  private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final List<String> WORDS =
      List.of("apple", "pear", "plum", "cherry", "quokka", "river", "stone", "cloud", "lamp");

  @TempDir private static Path directory;
  private static NodeProcess node;

  @TempDir private Path data;

  private final String prefix = "t" + TESTS.incrementAndGet();

  @BeforeAll
  static void startNode() throws IOException {
    node = NodeProcess.start(directory);
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @Override
  DocumentStore open() {
    OpenSearchConfig config =
        new OpenSearchConfig(
            List.of(node.url()),
            prefix,
            "",
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(20));
    return new OpenSearchStore(config, LexicalSettings.DEFAULT, CLOCK);
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

  @Test
  void itScoresAsLuceneDoes() {
    CollectionKey key = key("parity");
    Random random = new Random(7);
    List<StoredDocument> documents =
        IntStream.range(0, 200)
            .mapToObj(i -> document("d" + i, "Title " + i, words(random), words(random)))
            .toList();
    try (DocumentStore here = open();
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
