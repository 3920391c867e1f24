package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A link to a server that gives back what it reads. */
@Timeout(60)
class LinkIT {

  private final ServerSocket echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final Link link = new Link(echo.getLocalPort());

  LinkIT() throws IOException {
    Thread.startVirtualThread(this::serve);
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread.startVirtualThread(() -> giveBack(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void giveBack(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException broken) {
      // the link was reset
    }
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    echo.close();
  }

  private Socket open() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), link.port());
  }

  private static int echoed(Socket socket, int sent) throws IOException {
    socket.getOutputStream().write(sent);
    return socket.getInputStream().read();
  }

  @Test
  void bytesPassBothWays() throws IOException {
    try (Socket socket = open()) {
      assertThat(echoed(socket, 7)).isEqualTo(7);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(link.counts().delayed()).isZero();
    }
  }

  @Test
  void aSwallowedConnectionStaysOpenAndSilentAndNewOnesWork() throws IOException {
    try (Socket old = open()) {
      assertThat(echoed(old, 1)).isEqualTo(1);
      link.swallow();
      old.setSoTimeout(200);
      assertThat(link.counts().swallowed()).isZero();
      assertThatThrownBy(() -> echoed(old, 2)).isInstanceOf(SocketTimeoutException.class);
      assertThat(link.counts().swallowed()).isEqualTo(1);
      try (Socket next = open()) {
        assertThat(echoed(next, 3)).isEqualTo(3);
      }
    }
  }

  @Test
  void aBlackHoleSwallowsNewConnections() throws IOException {
    link.conduct(Conduct.BLACK_HOLE);
    try (Socket socket = open()) {
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> echoed(socket, 1)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aResetIsSeen() throws IOException {
    try (Socket socket = open()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      assertThat(link.counts().broken()).isZero();
      link.reset();
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
      assertThat(link.counts().broken()).isEqualTo(1);
    }
  }

  @Test
  void aSlowLinkTakesItsTimeBothWays() throws IOException {
    link.conduct(Conduct.slow(50, 1));
    try (Socket socket = open()) {
      long begun = System.nanoTime();
      assertThat(echoed(socket, 1)).isEqualTo(1);
      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(100_000_000L);
      assertThat(link.counts().delayed()).isEqualTo(2);
    }
  }
}
