package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.soon;
import static dev.sluice.gateway.documents.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.FilterParser;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.VersionConflict;
import dev.sluice.serving.fuzz.Fuzz;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every document store promises of filters: that they mean what {@link Filter} says. */
abstract class DocumentFilterContract {

  static final CollectionKey PAPERS = key("papers");

  private DocumentStore store;

  /** A store over the same storage each time it is called within a test. */
  abstract DocumentStore open();

  @BeforeEach
  void createCollection() {
    store = open();
    store.create(PAPERS, MODEL, "c1");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  final DocumentStore store() {
    return store;
  }

  private void put(StoredDocument document) {
    store.upsert(PAPERS, document, chunks(document)).join();
  }

  final void putAll(List<StoredDocument> documents) {
    documents.stream()
        .map(document -> store.upsert(PAPERS, document, chunks(document)))
        .toList()
        .forEach(CompletableFuture::join);
  }

  private Set<String> find(Retrieval retrieval, Filter filter) {
    return store.retrieve(PAPERS, retrieval.among(filter), soon()).stream()
        .map(candidate -> candidate.passage().documentId())
        .collect(Collectors.toSet());
  }

  private Set<String> find(String filter) {
    return find(Retrieval.hybrid("apples", vector("apples"), 1000), FilterParser.parse(filter));
  }

  static Struct metadata(Map<String, Value> fields) {
    return Struct.newBuilder().putAllFields(fields).build();
  }

  static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  @Test
  void bothLegsFindOnlyWhatTheFilterLetsPass() {
    putAll(
        IntStream.range(0, 200)
            .mapToObj(i ->
                document(
                    "d" + i, "", metadata(Map.of("n", number(i))), "apples " + i, "pears " + i))
            .toList());
    Filter last = FilterParser.parse("n >= 195");
    Set<String> those = Set.of("d195", "d196", "d197", "d198", "d199");
    assertThat(find(Retrieval.lexical("apples", 10), last)).isEqualTo(those);
    assertThat(find(Retrieval.dense(vector("apples 3"), 10), last)).isEqualTo(those);
    assertThat(find(Retrieval.hybrid("apples 3", vector("apples 3"), 10), last)).isEqualTo(those);
  }

  @Test
  void aFilterChangesNoScore() {
    putAll(
        IntStream.range(0, 20)
            .mapToObj(i -> document("d" + i, "", metadata(Map.of("n", number(i))), "apples " + i))
            .toList());
    Retrieval retrieval = Retrieval.hybrid("apples 7", vector("apples 7"), 50);
    Filter seven = FilterParser.parse("n == 7");
    Candidate alone = store.retrieve(PAPERS, retrieval.among(seven), soon()).getFirst();
    assertThat(store.retrieve(PAPERS, retrieval, soon())).contains(alone);
  }

  @Test
  void aFilterThatNothingPassesFindsNothing() {
    put(document("a", "", metadata(Map.of("n", number(1))), "apples"));
    assertThat(find("n == 2")).isEmpty();
    assertThat(find("m == 1")).isEmpty();
    assertThat(find("n in []")).isEmpty();
    assertThat(find("!(n == 2)")).containsExactly("a");
  }

  @Test
  void aReplacedDocumentIsFoundByItsNewMetadataAlone() {
    put(document("a", "", metadata(Map.of("n", number(1))), "apples"));
    put(document("a", "", metadata(Map.of("n", number(2))), "apples"));
    assertThat(find("n == 1")).isEmpty();
    assertThat(find("n == 2")).containsExactly("a");
    store.deleteDocument(PAPERS, "a").join();
    assertThat(find("n == 2")).isEmpty();
  }

  @Test
  void documentsWithoutPassagesDoNotLendTheirMetadataToOthers() {
    put(document("a", "", metadata(Map.of("n", number(1))), "apples"));
    StoredDocument blank = document("blank", "", metadata(Map.of("n", number(2))), new String[] {});
    store.upsert(PAPERS, blank, List.of()).join();
    put(document("b", "", metadata(Map.of("n", number(3))), "apples"));
    assertThat(find("n == 2")).isEmpty();
    assertThat(find("n >= 2")).containsExactly("b");
  }

  private StoredDocument numbered(int i, int n) {
    return document("d%03d".formatted(i), "", metadata(Map.of("n", number(n))), "apples " + n);
  }

  private List<String> list(String after, int limit, String filter) {
    return store.documents(PAPERS, after, limit, FilterParser.parse(filter)).stream()
        .map(DocumentRecord::id)
        .toList();
  }

  @Test
  void theDocumentsThatAFilterLetsPassAreListedInPages() {
    putAll(IntStream.range(0, 60).mapToObj(i -> numbered(i, i % 10)).toList());
    putAll(List.of(numbered(13, 4), numbered(14, 3)));
    store.deleteDocument(PAPERS, "d023").join();
    assertThat(list("", 3, "n == 3")).containsExactly("d003", "d014", "d033");
    assertThat(list("d033", 3, "n == 3")).containsExactly("d043", "d053");
    assertThat(list("d053", 3, "n == 3")).isEmpty();
    assertThat(list("", 100, "n == 11")).isEmpty();
    assertThat(list("", 100, "n < 10")).hasSize(59);
  }

  @Test
  void theDocumentsThatAFilterLetsPassAreDeleted() {
    putAll(IntStream.range(0, 450).mapToObj(i -> numbered(i, i % 9 == 0 ? 0 : 1)).toList());
    assertThat(new FilteredDeletion(store, PAPERS, FilterParser.parse("n == 1")).run())
        .isEqualTo(400);
    assertThat(store.size(PAPERS)).isEqualTo(new CollectionSize(50, 50));
    assertThat(new FilteredDeletion(store, PAPERS, FilterParser.parse("n == 1")).run()).isZero();
  }

  @Test
  void aDocumentThatIsReplacedWhileOthersAreDeletedIsNotDeletedUnseen() throws Exception {
    List<StoredDocument> old = IntStream.range(0, 300).mapToObj(i -> numbered(i, 1)).toList();
    putAll(old);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<String>> saved = threads.submit(() -> save(old));
      new FilteredDeletion(store, PAPERS, FilterParser.parse("n == 1")).run();
      assertThat(list("", 1000, "n == 1")).isEmpty();
      assertThat(list("", 1000, "n == 2")).isEqualTo(saved.get());
    }
  }

  /** Changes documents so that they do not pass any more; those for which that was not too late. */
  private List<String> save(List<StoredDocument> documents) {
    List<String> saved = new ArrayList<>();
    for (int i = documents.size() - 1; i >= 0; i -= 7) {
      ExpectedVersion old = ExpectedVersion.exactly(documents.get(i).record().version());
      StoredDocument other = numbered(i, 2);
      try {
        store.upsert(PAPERS, other, chunks(other), old).join();
        saved.addFirst(other.id());
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(VersionConflict.class);
      }
    }
    return saved;
  }

  @Test
  void aDeletionWithoutTimeSaysHowFarItCame() {
    put(numbered(1, 1));
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    CancellableContext late =
        Context.current().withDeadline(Deadline.after(-1, TimeUnit.SECONDS), timer);
    try {
      late.run(() ->
          assertThatThrownBy(
                  () -> new FilteredDeletion(store, PAPERS, FilterParser.parse("n == 1")).run())
              .isInstanceOf(DeadlineExceeded.class)
              .hasMessageContaining("0 documents were deleted"));
    } finally {
      late.cancel(null);
      timer.shutdownNow();
    }
    assertThat(list("", 9, "n == 1")).hasSize(1);
  }

  @Test
  void longStringsAreComparedWhole() {
    put(document("a", "", metadata(Map.of("s", text("x".repeat(1024)))), "apples"));
    put(document("b", "", metadata(Map.of("s", text("x".repeat(1025)))), "apples"));
    put(document("c", "", metadata(Map.of("s", text("x".repeat(60_000)))), "apples"));
    String longest = "'" + "x".repeat(1024) + "'";
    assertThat(find("s == " + longest)).containsExactly("a");
    assertThat(find("s != " + longest)).containsExactlyInAnyOrder("b", "c");
    assertThat(find("s > " + longest)).containsExactlyInAnyOrder("b", "c");
    assertThat(find("s.startsWith(" + longest + ")")).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void thousandsOfFieldsAndDeepOnesAreStoredAndFound() {
    Map<String, Value> many = new LinkedHashMap<>();
    IntStream.range(0, 4000).forEach(i -> many.put("f" + i, number(i)));
    Value deep = number(1);
    for (int i = 0; i < 25; i++) {
      deep = Value.newBuilder().setStructValue(metadata(Map.of("d", deep))).build();
    }
    put(document("many", "", metadata(many), "apples"));
    put(document("deep", "", metadata(Map.of("d", deep)), "apples"));
    put(document("long", "", metadata(Map.of("x".repeat(5000), number(1))), "apples"));
    assertThat(find("f3999 == 3999")).containsExactly("many");
    assertThat(find("d" + ".d".repeat(20) + " == 1 || has(d" + ".d".repeat(20) + ")"))
        .containsExactly("deep");
    assertThat(find("!has(f1) && !has(d)")).containsExactly("long");
  }

  @Test
  void aFilterOfManyConditionsGoesWithAQueryOfManyWords() {
    put(document("a", "", metadata(Map.of("n", number(7))), "apples"));
    String words = IntStream.range(0, 1500).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    Filter filter =
        FilterParser.parse(
            IntStream.range(0, 256).mapToObj(i -> "n==" + i).collect(Collectors.joining("||")));
    assertThat(find(Retrieval.hybrid("apples " + words, vector("apples"), 5), filter))
        .containsExactly("a");
  }

  @Test
  void anyFilterFindsExactlyTheDocumentsThatItLetsPass() {
    Random random = Fuzz.random(Fuzz.firstSeed());
    List<StoredDocument> documents = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Struct metadata = RandomFilters.metadata(random);
      documents.add(document("d" + i, "", metadata, "apples " + i, "pears " + i));
    }
    putAll(documents);
    store.deleteDocument(PAPERS, "d3").join();
    documents.remove(3);
    Retrieval all = Retrieval.hybrid("apples pears", vector("apples"), 1000);
    for (int i = 0; i < Fuzz.inputs(250); i++) {
      Filter filter = RandomFilters.filter(random, 3);
      Set<String> expected =
          documents.stream()
              .filter(document -> filter.matches(document.record().metadata()))
              .map(StoredDocument::id)
              .collect(Collectors.toSet());
      assertThat(find(all, filter)).as("%s, seed %s", filter, Fuzz.firstSeed()).isEqualTo(expected);
    }
  }
}
