package dev.sluice.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A model server of the OpenAI API that fails every call, and says the prompt while it does. */
final class EchoingModelServer implements AutoCloseable {

  static final String MODEL = "echo";

  private final HttpServer server;
  private final List<String> traceparents = new CopyOnWriteArrayList<>();

  EchoingModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/v1/models", call -> answer(call, 200, "{\"data\":[{\"id\":\"" + MODEL + "\"}]}"));
    server.createContext(
        "/v1/chat/completions",
        call -> {
          String traceparent = call.getRequestHeaders().getFirst("traceparent");
          traceparents.add(traceparent == null ? "" : traceparent);
          answer(
              call, 500, new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        });
    server.start();
  }

  private static void answer(HttpExchange call, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (call) {
      call.getResponseHeaders().set("Content-Type", "application/json");
      call.sendResponseHeaders(status, body.length);
      call.getResponseBody().write(body);
    }
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  List<String> traceparents() {
    return List.copyOf(traceparents);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
