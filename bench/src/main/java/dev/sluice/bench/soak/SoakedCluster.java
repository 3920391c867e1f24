package dev.sluice.bench.soak;

import dev.sluice.embed.EmbedMain;
import dev.sluice.gateway.GatewayMain;
import dev.sluice.generate.GenerateMain;
import dev.sluice.rerank.RerankMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A gateway before two embed-services, a rerank-service and a generate-service. Owns them. */
public final class SoakedCluster implements AutoCloseable {

  private final List<Node> nodes = new ArrayList<>();
  private final Node gateway;
  private final Node replaced;

  private SoakedCluster(Path data) throws IOException {
    try {
      Node embed = start("embed", EmbedMain.class, Map.of());
      replaced = start("embed", EmbedMain.class, Map.of());
      Node rerank = start("rerank", RerankMain.class, Map.of("SLUICE_RERANK_CACHE_MIB", "8"));
      Node generate = start("generate", GenerateMain.class, Map.of());
      gateway =
          start(
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
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts all processes; ready when it returns. */
  public static SoakedCluster start(Path data) throws IOException, InterruptedException {
    SoakedCluster cluster = new SoakedCluster(data);
    for (Node node : cluster.nodes) {
      node.awaitReady();
    }
    return cluster;
  }

  private Node start(String name, Class<?> main, Map<String, String> settings) throws IOException {
    Node node = new Node(name, main, settings);
    nodes.add(node);
    return node;
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
