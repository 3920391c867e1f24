package dev.sluice.generate.openai;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model server on loopback that answers chat completions as its script says, byte for byte, and
 * lists the model {@link #MODEL}. Each connection has a virtual thread.
 */
public final class FakeChatServer implements AutoCloseable {

  /** The model that it lists. */
  public static final String MODEL = "tiny";

  /** How it answers a request. */
  public interface Script {
    void play(Exchange exchange) throws IOException, InterruptedException;
  }

  private final Script script;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
  private volatile String models = "{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL + "\"}]}";

  public FakeChatServer(Script script) throws IOException {
    this.script = script;
    this.listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  /** Answers {@code GET /models} with this body; empty means 404. */
  FakeChatServer listing(String body) {
    models = body;
    return this;
  }

  public String base() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
  }

  /** Connections taken so far. */
  int connections() {
    return connections.get();
  }

  /** Waits until the clients have closed all connections. */
  void awaitNoConnections() {
    while (!open.isEmpty()) {
      Thread.onSpinWait();
    }
  }

  /** Chat completions asked for so far. */
  public List<Exchange> exchanges() {
    return exchanges;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Exchange exchange = Exchange.read(socket);
      while (exchange != null) {
        answer(exchange);
        exchange = Exchange.read(socket);
      }
    } catch (IOException e) {
      // the client went away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    if (exchange.head().startsWith("GET /v1/models ")) {
      exchange.json(models.isEmpty() ? 404 : 200, models, "Connection: close");
    } else {
      exchanges.add(exchange);
      script.play(exchange);
    }
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  /** Stops at once, as a server that is killed does. */
  public void stop() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
