package dev.sluice.bench.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * A server of the OpenAI API whose answers are as a {@link ChatLie} says. It always says that its
 * model is there. Lives as long as its process.
 */
final class ChatServer {

  static final String MODEL = "tiny";

  private final HttpServer server;
  private final LongAdder told = new LongAdder();
  private volatile ChatLie lie = ChatLie.NONE;

  ChatServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/models", this::list);
    server.createContext("/v1/chat/completions", this::complete);
    server.start();
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  void lie(ChatLie now) {
    lie = now;
  }

  /** How many of its answers were lies, from its start on. */
  long told() {
    return told.sum();
  }

  private void list(HttpExchange exchange) throws IOException {
    byte[] models =
        ("{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL + "\"}]}")
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, models.length);
      exchange.getResponseBody().write(models);
    }
  }

  private void complete(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      ChatLie now = lie;
      if (now != ChatLie.NONE) {
        told.increment();
      }
      try (OutputStream out = exchange.getResponseBody()) {
        now.tell(out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
