package dev.sluice.gateway.documents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;

/** What looks like a cluster with the collection "books", and answers as it is told. */
public final class FakeOpenSearch implements AutoCloseable {

  static final String A_PART =
      """
      {"timed_out": false, "_shards": {"total": 2, "successful": 1, "failed": 1},
       "hits": {"hits": []}}\
      """;

  /** Stands for the name of the collection's index at the end of a path. */
  public static final String INDEX = "index";

  private static final String META =
      """
      {"i": {"settings": {"index": {"uuid": "u", "number_of_shards": "1"}},
       "mappings": {"_meta": {"tenant": "default", "collection": "books", "model": "m",
       "fingerprint": "f", "dimension": 64, "max_tokens": 9, "chunker_version": "c1",
       "create_time": "2026-11-21T10:00:00Z"}}}}\
      """;

  private final HttpServer server;
  private final String scheme;
  private final Map<String, IntFunction<Reply>> replies = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  record Reply(int status, String body) {}

  private FakeOpenSearch(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    always("", 200, "{\"version\": {\"number\": \"2.19.1\"}}");
    always(INDEX, 200, META);
    always("health", 200, "{}");
    always("point_in_time", 200, "{\"pit_id\": \"p\"}");
  }

  public static FakeOpenSearch start() throws IOException {
    return new FakeOpenSearch(HttpServer.create(anyPort(), 0), "http");
  }

  static FakeOpenSearch start(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new FakeOpenSearch(server, "https");
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  public String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  void always(String lastOfPath, int status, String body) {
    reply(lastOfPath, count -> new Reply(status, body));
  }

  /**
   * @param reply to the first, second and so on request of that path
   */
  void reply(String lastOfPath, IntFunction<Reply> reply) {
    replies.put(lastOfPath, reply);
  }

  /** Says nothing to requests of that path. */
  public void silent(String lastOfPath) {
    reply(
        lastOfPath,
        count -> {
          awaitEnd();
          return new Reply(200, "{}");
        });
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int requests(String lastOfPath) {
    return requests.getOrDefault(lastOfPath, new AtomicInteger()).get();
  }

  /** The headers that came, in order. */
  List<String> authorizations() {
    return authorizations;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String named = path.substring(path.lastIndexOf('/') + 1);
    String last = named.startsWith("sluice-") ? INDEX : named;
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "" : authorization);
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

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
  }
}
