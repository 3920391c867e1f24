package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.StorageFull;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store makes of a cluster that is busy, full, broken in part or silent. */
class OpenSearchFailuresIT {

  private static final CollectionKey BOOKS = key("books");
  private static final StoredDocument APPLES = document("a", "", "apples");
  private static final String LAST_OPERATION_IS_7 =
      """
      {"indices": {"i": {"shards": {"0": [{"seq_no": {"max_seq_no": 7}},
       {"seq_no": {"max_seq_no": 6}}]}}}}\
      """;
  private static final String CREATED =
      """
      {"errors": false, "items": [{"index": {"status": 201, "result": "created"}}]}\
      """;
  private static final String FULL =
      """
      {"errors": true, "items": [{"index": {"status": 429, "error": {
       "type": "cluster_block_exception", "reason": "disk usage exceeded flood-stage"}}}]}\
      """;
  private static final String BLOCKED =
      """
      {"errors": true, "items": [{"index": {"status": 403, "error": {
       "type": "cluster_block_exception",
       "reason": "index [i] blocked by: [FORBIDDEN/8/index write (api)];"}}}]}\
      """;
  private static final String BLOCKED_WHOLLY =
      """
      {"error": {"type": "cluster_block_exception",
       "reason": "blocked by: [FORBIDDEN/6/cluster read-only (api)];"}, "status": 403}\
      """;
  private static final String UNMANAGED =
      """
      {"error": {"type": "cluster_block_exception",
       "reason": "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];"}}\
      """;
  private static final String REFUSED =
      """
      {"errors": true, "items": [{"index": {"status": 429, "error": {
       "type": "rejected_execution_exception", "reason": "queue"}}}]}\
      """;
  private FakeOpenSearch cluster;
  private DocumentStore store;

  @BeforeEach
  void start() throws IOException {
    cluster = FakeOpenSearch.start();
    store = SharedNode.open(Map.of("URLS", cluster.url()));
  }

  @AfterEach
  void stop() {
    cluster.close();
    store.close();
  }

  private CompletableFuture<Upserted> put() {
    return store.upsert(BOOKS, APPLES, chunks(APPLES));
  }

  private void assertPutFails(Class<? extends Failure> failure) {
    assertThatThrownBy(() -> put().join()).hasCauseInstanceOf(failure);
  }

  @Test
  void whatIsRefusedForLoadIsSentAgain() {
    cluster.reply("_bulk", count -> new FakeOpenSearch.Reply(200, count < 3 ? REFUSED : CREATED));
    assertThat(put().join()).isEqualTo(Upserted.CREATED);
    assertThat(cluster.requests("_bulk")).isEqualTo(3);
  }

  @Test
  void aClusterThatRefusesForLoadAgainAndAgainIsOverloaded() {
    cluster.always("_bulk", 429, "{\"error\": {\"type\": \"circuit_breaking_exception\"}}");
    assertPutFails(Overloaded.class);
    assertThat(cluster.requests("_bulk")).isGreaterThan(2);
  }

  @Test
  void anIndexIsRefreshedOnceForAWriteThatNobodyToldOf() {
    cluster.always("_refresh", 200, "{\"_shards\": {\"total\": 2, \"failed\": 0}}");
    cluster.always("_stats", 200, LAST_OPERATION_IS_7);
    store.requireVisible(BOOKS, new WritePosition("u", 1, 5), soon());
    store.requireVisible(BOOKS, new WritePosition("u", 1, 5), soon());
    store.requireVisible(BOOKS, new WritePosition("u", 1, 4), soon());
    assertThat(cluster.requests("_refresh")).isOne();
    store.requireVisible(BOOKS, new WritePosition("u", 1, 6), soon());
    assertThat(cluster.requests("_refresh")).isEqualTo(2);
    assertThatThrownBy(() -> store.requireVisible(BOOKS, new WritePosition("u", 1, 8), soon()))
        .isInstanceOf(Precondition.class);
    assertThatThrownBy(() -> store.requireVisible(BOOKS, new WritePosition("v", 1, 5), soon()))
        .isInstanceOf(Precondition.class);
  }

  @Test
  void anIndexThatCouldNotBeRefreshedWholeIsUnavailable() {
    cluster.always("_refresh", 200, "{\"_shards\": {\"total\": 2, \"failed\": 1}}");
    assertThatThrownBy(() -> store.requireVisible(BOOKS, new WritePosition("u", 1, 5), soon()))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void whatThisGatewayWroteNeedsNoRefresh() {
    cluster.always("_bulk", 200, CREATED);
    WritePosition written =
        store.upsert(BOOKS, APPLES, chunks(APPLES), ExpectedVersion.any()).join().position();
    store.requireVisible(BOOKS, written, soon());
    assertThat(cluster.requests("_refresh")).isZero();
  }

  private static String mappings(String... names) {
    return Arrays.stream(names)
        .map(name ->
            """
            "%s": {"mappings": {"_meta": {"tenant": "default", "collection": "%s",
             "create_time": "2026-11-21T10:00:00Z"}}}\
            """
                .formatted(name, name))
        .collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  void aListGoesOnBehindACollectionThatIsDeletedMeanwhile() {
    List<String> answers = List.of(mappings("a", "b", "c"), mappings("a"), mappings("c"));
    cluster.reply("_mapping", count -> new FakeOpenSearch.Reply(200, answers.get(count - 1)));
    assertThat(store.collections("default", "", 2))
        .extracting(info -> info.key().collection())
        .containsExactly("a", "c");
  }

  @Test
  void aFullDiskIsSaidAtOnce() {
    cluster.always("_bulk", 200, FULL);
    assertPutFails(StorageFull.class);
    assertThat(cluster.requests("_bulk")).isEqualTo(1);
  }

  @Test
  void anAnswerFromAPartOfTheShardsIsNoneUnlessItIsSaidToBeOne() {
    cluster.always("_search", 200, FakeOpenSearch.A_PART);
    Retrieval apples = Retrieval.lexical("apples", 5);
    assertThatThrownBy(() -> store.retrieve(BOOKS, apples, soon())).isInstanceOf(Unavailable.class);
    Retrieved part = store.retrieveAvailable(BOOKS, apples, soon());
    assertThat(part.candidates()).isEmpty();
    assertThat(part.missing())
        .isInstanceOfSatisfying(
            Unavailable.class,
            missing -> assertThat(missing.reason()).isEqualTo(Retrieved.PARTIAL_SHARDS));
  }

  @Test
  void anAnswerFromNoShardIsNoPart() {
    cluster.always("_search", 200, "{\"_shards\": {\"total\": 2, \"successful\": 0}}");
    assertThatThrownBy(() -> store.retrieveAvailable(BOOKS, Retrieval.lexical("apples", 5), soon()))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void whatACollectionIsIsNotWaitedForBeyondTheCallersDeadline() throws Exception {
    cluster.silent(FakeOpenSearch.INDEX);
    Deadline soon = Deadline.after(300, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> store.collection(BOOKS, soon)).isInstanceOf(DeadlineExceeded.class);
    ScheduledExecutorService never = Executors.newSingleThreadScheduledExecutor();
    try {
      Deadline passed = Deadline.after(-1, TimeUnit.MILLISECONDS);
      Context.CancellableContext caller = Context.current().withDeadline(passed, never);
      caller.run(() ->
          assertThatThrownBy(() -> store.collection(BOOKS)).isInstanceOf(DeadlineExceeded.class));
    } finally {
      never.shutdownNow();
    }
  }

  @Test
  void aClusterThatIsSilentEndsWithTheDeadline() {
    cluster.silent("_search");
    Deadline soon = Deadline.after(300, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> store.retrieve(BOOKS, Retrieval.lexical("apples", 5), soon))
        .isInstanceOf(DeadlineExceeded.class);
  }

  @Test
  void aWriteThatIsNotAnsweredEndsInTime() {
    cluster.silent("_bulk");
    try (DocumentStore hasty = SharedNode.open(Map.of("URLS", cluster.url(), "TIMEOUT", "500ms"))) {
      assertThatThrownBy(() -> hasty.upsert(BOOKS, APPLES, chunks(APPLES)).join())
          .hasCauseInstanceOf(DeadlineExceeded.class);
    }
  }

  @Test
  void aBlockOfAnIndexIsNoOutage() {
    cluster.always("_bulk", 200, BLOCKED);
    assertPutFails(Precondition.class);
    cluster.always(FakeOpenSearch.INDEX, 403, BLOCKED_WHOLLY);
    assertThatThrownBy(() -> store.collection(BOOKS)).isInstanceOf(Precondition.class);
  }

  @Test
  void aClusterThatHasNoManagerYetIsUnavailable() {
    cluster.always("_bulk", 503, UNMANAGED);
    assertPutFails(Unavailable.class);
  }

  @Test
  void whatIsNoOpenSearchIsSaidToBeNone() {
    for (String about :
        List.of("{}", "{\"version\": {\"number\": \"new\"}}", "<html>hello</html>")) {
      cluster.always("", 200, about);
      assertThatThrownBy(() -> store.retrieve(BOOKS, Retrieval.lexical("apples", 5), soon()))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("is no OpenSearch");
    }
  }

  @Test
  void aDocumentThatIsTooLongIsTheCallersMistake() {
    cluster.reply("_bulk", count -> new FakeOpenSearch.Reply(413, ""));
    assertPutFails(InvalidInput.class);
  }

  @Test
  void aServerErrorIsUnavailableAndItsWordsStayHere() {
    cluster.always("_bulk", 503, "<html>secret</html>");
    assertPutFails(Unavailable.class);
    cluster.always("_bulk", 400, "{\"error\": {\"type\": \"mapper_parsing_exception\"}}");
    assertThatThrownBy(() -> put().join())
        .cause()
        .isInstanceOf(Internal.class)
        .hasMessageNotContaining("mapper_parsing_exception");
  }
}
