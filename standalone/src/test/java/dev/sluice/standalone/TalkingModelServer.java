package dev.sluice.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A model server of the OpenAI API that answers at once with words of its prompt, the last of them
 * as a quote: whatever leaks into a prompt comes out.
 */
final class TalkingModelServer implements AutoCloseable {

  static final String MODEL = "talking";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WORDS = 60;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  TalkingModelServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/models", TalkingModelServer::list);
    server.createContext("/v1/chat/completions", TalkingModelServer::talk);
    server.start();
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private static void list(HttpExchange call) throws IOException {
    byte[] body = ("{\"data\":[{\"id\":\"" + MODEL + "\"}]}").getBytes(StandardCharsets.UTF_8);
    try (call) {
      call.sendResponseHeaders(200, body.length);
      call.getResponseBody().write(body);
    }
  }

  private static void talk(HttpExchange call) throws IOException {
    try (call) {
      JsonNode messages = JSON.readTree(call.getRequestBody()).path("messages");
      StringBuilder prompt = new StringBuilder();
      messages.forEach(message -> prompt.append(message.path("content").asText()).append(' '));
      String text = prompt.substring(Math.max(0, prompt.length() - 1500));
      call.getResponseHeaders().set("Content-Type", "text/event-stream");
      call.sendResponseHeaders(200, 0);
      OutputStream out = call.getResponseBody();
      for (int at = 0; at < text.length(); at += WORDS) {
        event(out, text.substring(at, Math.min(text.length(), at + WORDS)));
      }
      event(out, " [[1|\"" + text.substring(Math.max(0, text.length() - 20)) + "\"]]");
      out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void event(OutputStream out, String content) throws IOException {
    var chunk = JSON.createObjectNode();
    chunk.putArray("choices").addObject().putObject("delta").put("content", content);
    out.write(("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
