package dev.sluice.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network of ours: passes on connections to a loopback port as its {@link Conduct} says. Owns its
 * port, its connections and their virtual threads.
 */
final class Link implements AutoCloseable {

  private final int target;
  private final ServerSocket listener;
  private final Set<LinkedConnection> connections = ConcurrentHashMap.newKeySet();
  private final LinkCounts counts = new LinkCounts();
  private volatile Conduct conduct = Conduct.GOOD;

  Link(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException closed) {
        // the listener, or a server that is not there
      }
    }
  }

  private void connect(Socket near) throws IOException {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      LinkedConnection connection = new LinkedConnection(near, far, () -> conduct, counts);
      connections.add(connection);
      if (conduct.swallows()) {
        connection.swallow();
      }
      connection.start(() -> connections.remove(connection));
    } catch (IOException e) {
      near.close();
      throw e;
    }
  }

  void conduct(Conduct now) {
    conduct = now;
  }

  /** From now on what comes on the connections that stand goes nowhere, and nobody is told. */
  void swallow() {
    connections.forEach(LinkedConnection::swallow);
  }

  /** Breaks all connections off. */
  void reset() {
    for (LinkedConnection connection : connections) {
      if (connection.reset()) {
        counts.breaks();
      }
    }
  }

  LinkCounts counts() {
    return counts;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reset();
  }

  @Override
  public String toString() {
    return "the link to port " + target;
  }
}
