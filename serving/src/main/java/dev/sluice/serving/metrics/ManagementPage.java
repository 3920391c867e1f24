package dev.sluice.serving.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * The HTTP page of a process for probes and scrapes: {@code /healthz} is 200 while the process
 * lives, {@code /readyz} is 200 while it takes calls and 503 otherwise, {@code /metrics} is for
 * Prometheus, in OpenMetrics where it asks for that. Owns its threads.
 */
public final class ManagementPage implements AutoCloseable {

  private static final String TEXT = "text/plain; charset=utf-8";

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final ProcessMetrics metrics;
  private final BooleanSupplier ready;

  /** Starts listening. */
  public ManagementPage(InetSocketAddress address, ProcessMetrics metrics, BooleanSupplier ready)
      throws IOException {
    this.metrics = metrics;
    this.ready = ready;
    this.server = HttpServer.create(address, 0);
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz" -> send(exchange, 200, TEXT, "ok\n");
        case "/readyz" -> ready(exchange);
        case "/metrics" -> metrics(exchange);
        default -> send(exchange, 404, TEXT, "try /healthz, /readyz or /metrics\n");
      }
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    List<String> accepted = exchange.getRequestHeaders().getOrDefault("Accept", List.of());
    Scrape scrape = metrics.scrape(String.join(",", accepted));
    send(exchange, 200, scrape.contentType(), scrape.body().toByteArray());
  }

  private void ready(HttpExchange exchange) throws IOException {
    if (ready.getAsBoolean()) {
      send(exchange, 200, TEXT, "ready\n");
    } else {
      send(exchange, 503, TEXT, "not ready\n");
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    send(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }
}
