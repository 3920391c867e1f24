package dev.sluice.bench.soak;

import dev.sluice.embed.EmbedMain;
import dev.sluice.gateway.GatewayMain;
import dev.sluice.generate.GenerateMain;
import dev.sluice.rerank.RerankMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A gateway before two embed-services, a rerank-service and a generate-service. Owns them. */
public final class SoakedCluster implements AutoCloseable {

  private final List<Node> nodes;
  private final Node gateway;
  private final Node replaced;

  private SoakedCluster(Path data) {
    Node embed = new Node("embed", EmbedMain.class, Map.of());
    replaced = new Node("embed", EmbedMain.class, Map.of());
    Node rerank = new Node("rerank", RerankMain.class, Map.of("SLUICE_RERANK_CACHE_MIB", "8"));
    Node generate = new Node("generate", GenerateMain.class, Map.of());
    gateway =
        new Node(
            "gateway",
            GatewayMain.class,
            Map.of(
                "SLUICE_DATA",
                data.toString(),
                "SLUICE_GATEWAY_EMBED_TARGET",
                embed.address() + "," + replaced.address(),
                "SLUICE_GATEWAY_RERANK_TARGET",
                rerank.address(),
                "SLUICE_GATEWAY_GENERATE_TARGET",
                generate.address()));
    nodes = List.of(embed, replaced, rerank, generate, gateway);
  }

  /** Starts all processes; ready when it returns. They end with this one, also by a signal. */
  public static SoakedCluster start(Path data) throws IOException, InterruptedException {
    SoakedCluster cluster = new SoakedCluster(data);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
    try {
      for (Node node : cluster.nodes) {
        node.start();
      }
      for (Node node : cluster.nodes) {
        node.awaitReady();
      }
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  String gatewayAddress() {
    return gateway.address();
  }

  /** Drains one of the embed-services, ends it and starts it anew. */
  void restartReplica() throws IOException, InterruptedException {
    replaced.restart();
  }

  void measure() throws IOException, InterruptedException {
    for (Node node : nodes) {
      node.measure();
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  @Override
  public void close() {
    nodes.reversed().forEach(Node::close);
  }
}
