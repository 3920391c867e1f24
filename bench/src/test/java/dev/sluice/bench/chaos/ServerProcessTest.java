package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.overload.MetricsPage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is seen of a process from outside. */
class ServerProcessTest {

  private static final Instant OURS = Instant.parse("2026-11-28T21:50:43.400Z");

  @Test
  void aClockIsComparedWithOurs() {
    assertThat(ServerProcess.secondsAhead("Sat, 28 Nov 2026 22:50:44 GMT", OURS)).isEqualTo(3600);
    assertThat(ServerProcess.secondsAhead("Sat, 28 Nov 2026 21:50:44 GMT", OURS)).isZero();
  }

  @Test
  void theStateFollowsANameOfAnyKind() {
    assertThat(ServerProcess.state("17 (java) T 1 17 17 0")).isEqualTo('T');
    assertThat(ServerProcess.state("17 (a) S (b) R 1 17 17 0")).isEqualTo('R');
  }

  @Test
  void callsOfItsServicesCountOnceTheyAreAnswered() {
    MetricsPage page =
        MetricsPage.of(
            """
            # TYPE grpc_server_processing_duration_seconds histogram
            grpc_server_processing_duration_seconds_count{method="Embed",\
            service="sluice.embed.v1.EmbedService",statusCode="OK"} 3
            grpc_server_processing_duration_seconds_count{method="Embed",\
            service="sluice.embed.v1.EmbedService",statusCode="INTERNAL"} 5
            grpc_server_processing_duration_seconds_count{method="Watch",\
            service="grpc.health.v1.Health",statusCode="OK"} 7
            """);
    assertThat(ServerProcess.answered(page)).isEqualTo(3);
  }

  @Test
  void connectionsToAPortAreCountedAtItsEndAlone() {
    List<String> table =
        List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue",
            "   0: 0100007F:2EE0 00000000:0000 0A 00000000:00000000",
            "   1: 0100007F:2EE0 0100007F:C350 01 00000000:00000000",
            "   2: 0100007F:C350 0100007F:2EE0 01 00000000:00000000",
            "   3: 0000000000000000FFFF00000100007F:2EE0 0100007F:C351 06 00000000:00000000");
    assertThat(OpenConnections.count(table, 12_000)).isEqualTo(1);
  }

  @Test
  void aConnectionIsSeenWhileItStands() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = listener.getLocalPort();
      assertThat(OpenConnections.to(port)).isZero();
      try (Socket near = new Socket(InetAddress.getLoopbackAddress(), port);
          Socket far = listener.accept()) {
        assertThat(near.isConnected() && far.isConnected()).isTrue();
        assertThat(OpenConnections.to(port)).isEqualTo(1);
      }
      assertThat(OpenConnections.to(port)).isZero();
    }
  }
}
