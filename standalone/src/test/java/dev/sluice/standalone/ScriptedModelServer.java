package dev.sluice.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A model server of the OpenAI API that writes what its script makes of the user's last message.
 */
final class ScriptedModelServer implements AutoCloseable {

  static final String MODEL = "scripted";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private volatile UnaryOperator<String> script = message -> "";

  ScriptedModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/v1/models",
        call -> answer(call, "application/json", "{\"data\":[{\"id\":\"" + MODEL + "\"}]}"));
    server.createContext(
        "/v1/chat/completions", call -> answer(call, "text/event-stream", events(call)));
    server.start();
  }

  private String events(HttpExchange call) throws IOException {
    JsonNode messages = JSON.readTree(call.getRequestBody()).path("messages");
    String last = messages.path(messages.size() - 1).path("content").asText();
    return event(Map.of("delta", Map.of("content", script.apply(last))))
        + event(Map.of("delta", Map.of(), "finish_reason", "stop"))
        + "data: [DONE]\n\n";
  }

  private static String event(Map<String, Object> choice) throws IOException {
    Map<String, Object> chunk = Map.of("choices", new Object[] {choice});
    return "data: " + JSON.writeValueAsString(chunk) + "\n\n";
  }

  private static void answer(HttpExchange call, String type, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (call) {
      call.getResponseHeaders().set("Content-Type", type);
      call.sendResponseHeaders(200, body.length);
      call.getResponseBody().write(body);
    }
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** From now on it writes this. */
  void writes(UnaryOperator<String> next) {
    script = next;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
