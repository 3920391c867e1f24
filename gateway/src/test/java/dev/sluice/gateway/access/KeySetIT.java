package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The keys of an issuer over a socket. */
@Timeout(60)
class KeySetIT {

  private static final Duration LONG = Duration.ofSeconds(50);

  @Test
  void anIssuerThatDoesNotEndItsAnswerIsNotWaitedFor() throws Exception {
    String begun = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
    assertThatThrownBy(() -> read(begun, Duration.ofMillis(500)))
        .isInstanceOf(IOException.class)
        .hasMessage("has not answered within 500 ms");
  }

  @Test
  void anIssuersStatusIsSaid() {
    assertThatThrownBy(() -> read("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("answers with status 404");
  }

  @Test
  void aSetIsRead() throws Exception {
    assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}", LONG)).isZero();
  }

  /** How many keys are read from an issuer that says this and then waits. */
  private static int read(String answer, Duration patience) throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> issuer = threads.submit(serve(listener, answer));
      URI page = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/keys");
      try {
        return KeySet.of(page, patience).read().getKeys().size();
      } finally {
        issuer.cancel(true);
      }
    }
  }

  private static Callable<Void> serve(ServerSocket listener, String answer) {
    return () -> {
      try (Socket socket = listener.accept()) {
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        while (socket.getInputStream().read() >= 0) {
          // until the client has gone
        }
        return null;
      }
    };
  }
}
