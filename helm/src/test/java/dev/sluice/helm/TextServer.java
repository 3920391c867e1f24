package dev.sluice.helm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A model server with chat completions that always writes the same few words. */
final class TextServer implements AutoCloseable {

  static final String MODEL = "words";

  private static final String END =
      """
      data: {"id":"1","object":"chat.completion.chunk","model":"words","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: {"id":"1","object":"chat.completion.chunk","model":"words","choices":[],"usage":{"prompt_tokens":50,"completion_tokens":8,"total_tokens":58}}

      data: [DONE]

      """;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  TextServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/models", this::list);
    server.createContext("/v1/chat/completions", this::write);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private void list(HttpExchange exchange) throws IOException {
    send(exchange, "application/json", "{\"object\":\"list\",\"data\":[{\"id\":\"words\"}]}");
  }

  private void write(HttpExchange exchange) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String word : List.of("Deadlines", "are", "divided", "over", "stages")) {
      text.append(delta(word));
    }
    send(exchange, "text/event-stream", text + END);
  }

  private static String delta(String word) {
    return """
    data: {"id":"1","object":"chat.completion.chunk","model":"words","choices":[{"index":0,"delta":{"content":"%s "},"finish_reason":null}]}

    """
        .formatted(word);
  }

  private static void send(HttpExchange exchange, String type, String body) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
