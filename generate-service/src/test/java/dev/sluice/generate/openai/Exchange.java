package dev.sluice.generate.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One request of a connection, and what is written in answer to it. */
public final class Exchange {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Socket socket;
  private final String head;
  private final byte[] body;
  private final AtomicLong written = new AtomicLong();

  private Exchange(Socket socket, String head, byte[] body) {
    this.socket = socket;
    this.head = head;
    this.body = body;
  }

  /** Reads a request; null when the client closed the connection instead. */
  static @Nullable Exchange read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    return new Exchange(socket, text, in.readNBytes(length(text)));
  }

  private static int length(String head) {
    String value = header(head, "content-length");
    return value.isEmpty() ? 0 : Integer.parseInt(value);
  }

  /** The request line and the headers. */
  String head() {
    return head;
  }

  /** A header's value; empty where there is none. */
  String header(String name) {
    return header(head, name);
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** The request's body. */
  public JsonNode body() throws IOException {
    return JSON.readTree(body);
  }

  /** Bytes written so far. */
  public long written() {
    return written.get();
  }

  /** Writes bytes as they are. */
  void raw(String text) throws IOException {
    raw(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes as they are. */
  void raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    written.addAndGet(bytes.length);
  }

  /** Answers with JSON, and more headers, as {@code Name: value}. */
  void json(int status, String json, String... headers) throws IOException {
    StringBuilder answer = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
    answer.append("Content-Type: application/json\r\nContent-Length: ");
    answer.append(json.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
    for (String header : headers) {
      answer.append(header).append("\r\n");
    }
    raw(answer.append("\r\n").append(json).toString());
  }

  /** Begins a stream of events. */
  public void begin() throws IOException {
    raw("HTTP/1.1 200 OK\r\n");
    raw("Content-Type: text/event-stream; charset=utf-8\r\n");
    raw("Transfer-Encoding: chunked\r\n\r\n");
  }

  /** Writes an HTTP chunk. */
  public void chunk(String text) throws IOException {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    raw(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  /** Writes an event that brings text. */
  public void text(String text) throws IOException {
    chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n");
  }

  /** Writes what ends an answer that is complete. */
  public void end() throws IOException {
    chunk("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    chunk("data: [DONE]\n\n");
    raw("0\r\n\r\n");
  }

  /** Waits until the client closes the connection. */
  public void awaitClose() {
    try {
      while (socket.getInputStream().read() >= 0) {
        // it sends nothing more
      }
    } catch (IOException e) {
      // closed with bytes unread
    }
  }

  /** Closes the connection. */
  void cut() throws IOException {
    socket.close();
  }
}
