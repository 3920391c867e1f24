package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.gateway.documents.opensearch.OpenSearchStore;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.StorageFull;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store makes of a cluster that is busy, full, broken in part or silent. */
class OpenSearchFailuresIT {

  private static final CollectionKey BOOKS = key("books");
  private static final StoredDocument APPLES = document("a", "", "apples");
  private static final String META =
      """
      {"i": {"settings": {"index": {"uuid": "u"}}, "mappings": {"_meta": {"tenant": "default", "collection": "books", "model": "m",
       "fingerprint": "f", "dimension": 64, "max_tokens": 9, "chunker_version": "c1",
       "create_time": "2026-11-21T10:00:00Z"}}}}\
      """;
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
  private static final String REFUSED =
      """
      {"errors": true, "items": [{"index": {"status": 429, "error": {
       "type": "rejected_execution_exception", "reason": "queue"}}}]}\
      """;
  private static final String A_PART =
      """
      {"timed_out": false, "_shards": {"total": 2, "failed": 1}, "hits": {"hits": []}}\
      """;

  @TempDir private Path directory;

  private final Map<String, IntFunction<Reply>> replies = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private DocumentStore store;

  private record Reply(int status, String body) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    always("", 200, "{\"version\": {\"number\": \"2.19.1\"}}");
    always("index", 200, META);
    always("health", 200, "{}");
    always("point_in_time", 200, "{\"pit_id\": \"p\"}");
    store = open("", Optional.empty());
  }

  private DocumentStore open(String user, Optional<Path> passwordFile) {
    return new OpenSearchStore(
        new OpenSearchConfig(
            List.of("http://127.0.0.1:" + server.getAddress().getPort()),
            "t",
            user,
            passwordFile,
            Optional.empty(),
            Duration.ofSeconds(20)),
        LexicalSettings.DEFAULT,
        InstantSource.fixed(Samples.NOW));
  }

  @AfterEach
  void stop() {
    end.countDown();
    store.close();
    server.stop(0);
  }

  private void always(String lastOfPath, int status, String body) {
    replies.put(lastOfPath, count -> new Reply(status, body));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String named = path.substring(path.lastIndexOf('/') + 1);
    String last = named.startsWith("t-") ? "index" : named;
    int count = requests.computeIfAbsent(last, each -> new AtomicInteger()).incrementAndGet();
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      Reply reply = Objects.requireNonNull(replies.get(last)).apply(count);
      byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private CompletableFuture<Upserted> put() {
    return store.upsert(BOOKS, APPLES, chunks(APPLES));
  }

  private void assertPutFails(Class<? extends Failure> failure) {
    assertThatThrownBy(() -> put().join()).hasCauseInstanceOf(failure);
  }

  @Test
  void whatIsRefusedForLoadIsSentAgain() {
    replies.put("_bulk", count -> new Reply(200, count < 3 ? REFUSED : CREATED));
    assertThat(put().join()).isEqualTo(Upserted.CREATED);
    assertThat(requests.get("_bulk")).hasValue(3);
  }

  @Test
  void aClusterThatRefusesForLoadAgainAndAgainIsOverloaded() {
    always("_bulk", 429, "{\"error\": {\"type\": \"circuit_breaking_exception\"}}");
    assertPutFails(Overloaded.class);
    assertThat(requests.get("_bulk")).hasValueGreaterThan(2);
  }

  @Test
  void anIndexIsRefreshedOnceForAWriteThatNobodyToldOf() {
    always("_refresh", 200, "{\"_shards\": {\"total\": 2, \"failed\": 0}}");
    always("_stats", 200, LAST_OPERATION_IS_7);
    store.requireVisible(BOOKS, new WritePosition("u", 1, 5), soon());
    store.requireVisible(BOOKS, new WritePosition("u", 1, 5), soon());
    store.requireVisible(BOOKS, new WritePosition("u", 1, 4), soon());
    assertThat(requests.get("_refresh")).hasValue(1);
    store.requireVisible(BOOKS, new WritePosition("u", 1, 6), soon());
    assertThat(requests.get("_refresh")).hasValue(2);
    assertThatThrownBy(() -> store.requireVisible(BOOKS, new WritePosition("u", 1, 8), soon()))
        .isInstanceOf(Precondition.class);
    assertThatThrownBy(() -> store.requireVisible(BOOKS, new WritePosition("v", 1, 5), soon()))
        .isInstanceOf(Precondition.class);
  }

  @Test
  void anIndexThatCouldNotBeRefreshedWholeIsUnavailable() {
    always("_refresh", 200, "{\"_shards\": {\"total\": 2, \"failed\": 1}}");
    assertThatThrownBy(() -> store.requireVisible(BOOKS, new WritePosition("u", 1, 5), soon()))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void whatThisGatewayWroteNeedsNoRefresh() {
    always("_bulk", 200, CREATED);
    WritePosition written =
        store.upsert(BOOKS, APPLES, chunks(APPLES), ExpectedVersion.any()).join().position();
    store.requireVisible(BOOKS, written, soon());
    assertThat(requests.get("_refresh")).isNull();
  }

  @Test
  void aFullDiskIsSaidAtOnce() {
    always("_bulk", 200, FULL);
    assertPutFails(StorageFull.class);
    assertThat(requests.get("_bulk")).hasValue(1);
  }

  @Test
  void anAnswerFromAPartOfTheShardsIsNone() {
    always("_search", 200, A_PART);
    assertThatThrownBy(() -> store.retrieve(BOOKS, Retrieval.lexical("apples", 5), soon()))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void aClusterThatIsSilentEndsWithTheDeadline() {
    replies.put(
        "_search",
        count -> {
          awaitEnd();
          return new Reply(200, "{}");
        });
    Deadline soon = Deadline.after(300, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> store.retrieve(BOOKS, Retrieval.lexical("apples", 5), soon))
        .isInstanceOf(DeadlineExceeded.class);
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aServerErrorIsUnavailableAndItsWordsStayHere() {
    always("_bulk", 503, "<html>secret</html>");
    assertPutFails(Unavailable.class);
    always("_bulk", 400, "{\"error\": {\"type\": \"mapper_parsing_exception\"}}");
    assertThatThrownBy(() -> put().join())
        .cause()
        .isInstanceOf(Internal.class)
        .hasMessageNotContaining("mapper_parsing_exception");
  }

  @Test
  void theUserAndThePasswordOfTheFileAreSent() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "geheim\n");
    server.removeContext("/");
    String[] sent = new String[1];
    server.createContext(
        "/",
        exchange -> {
          sent[0] = exchange.getRequestHeaders().getFirst("Authorization");
          answer(exchange);
        });
    try (DocumentStore known = open("sluice", Optional.of(file))) {
      known.collection(BOOKS);
    }
    assertThat(sent[0]).isEqualTo("Basic c2x1aWNlOmdlaGVpbQ==");
  }
}
