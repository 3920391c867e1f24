package dev.sluice.bench.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A loopback port below those that outgoing connections get, so that it is still free when a server
 * that was killed starts again.
 */
final class FreePort {

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;

  private FreePort() {}

  static int any() {
    while (true) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // another one
      }
    }
  }
}
