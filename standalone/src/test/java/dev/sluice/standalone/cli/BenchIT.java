package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.console.Terminal;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Load over real connections. */
class BenchIT {

  @Test
  void everyCallOfALoadIsAnsweredAndCounted() throws Exception {
    try (CommandLineFixture sluice = new CommandLineFixture()) {
      Document water = Document.newBuilder().setText("Gates hold back the water.").build();
      sluice.gateway.collections.put("docs", Map.of("water", water));
      ServerBuilder<?> builder =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create());
      sluice.gateway.services().forEach(builder::addService);
      Server server = builder.build().start();
      try {
        Outcome outcome =
            sluice.run(
                Terminal.NONE,
                Dialer.NETWORK,
                "bench",
                "--target=127.0.0.1:" + server.getPort(),
                "--collection=docs",
                "--rate=500",
                "--duration=500ms",
                "--json");

        JsonNode json = new ObjectMapper().readTree(outcome.out());
        assertThat(outcome.code()).isZero();
        assertThat(json.at("/ok").asInt())
            .isPositive()
            .isEqualTo(sluice.gateway.searches.size())
            .isEqualTo(json.at("/sent").asInt());
      } finally {
        server.shutdownNow();
      }
    }
  }
}
