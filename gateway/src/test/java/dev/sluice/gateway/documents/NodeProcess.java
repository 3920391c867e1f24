package dev.sluice.gateway.documents;

import dev.sluice.serving.network.FreePort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real OpenSearch node in a process of its own, which the module opensearch-node gathered. */
public final class NodeProcess implements AutoCloseable {

  private static final Path MODULE =
      Path.of(System.getProperty("sluice.root", "..")).resolve("gateway/opensearch-node");

  private final Path directory;
  private final int port;
  private final String heap;
  private final List<String> settings;
  private Process process;

  private NodeProcess(Path directory, int port, String heap, List<String> settings)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.port = port;
    this.heap = heap;
    this.settings = settings;
    this.process = launch();
  }

  /**
   * Starts a node that keeps its data there, alone in its cluster. The test is skipped where there
   * is none to start.
   *
   * @param settings further ones, each as {@code key=value}
   */
  public static NodeProcess start(Path directory, String... settings) throws IOException {
    requireNode();
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("discovery.type=single-node");
    NodeProcess node = new NodeProcess(directory, FreePort.any(), "-Xmx1g", all);
    node.awaitReady();
    return node;
  }

  /** Starts nodes that make one cluster; named n0, n1 and so on. */
  public static List<NodeProcess> cluster(Path directory, int size) throws IOException {
    requireNode();
    List<Integer> ports = Stream.generate(FreePort::any).limit(size).toList();
    String hosts = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    String names = IntStream.range(0, size).mapToObj(i -> "n" + i).collect(Collectors.joining(","));
    List<NodeProcess> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<String> settings =
          List.of(
              "cluster.name=cluster-" + ports.getFirst(),
              "node.name=n" + i,
              "transport.port=" + ports.get(i),
              "discovery.seed_hosts=" + hosts,
              "cluster.initial_cluster_manager_nodes=" + names);
      nodes.add(new NodeProcess(directory.resolve("n" + i), FreePort.any(), "-Xmx512m", settings));
    }
    for (NodeProcess node : nodes) {
      node.awaitReady();
    }
    return nodes;
  }

  private static void requireNode() {
    Assumptions.assumeTrue(
        Files.isDirectory(MODULE.resolve("target/node")),
        "no OpenSearch in gateway/opensearch-node/target: ./mvnw verify brings it there");
  }

  private Process launch() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                MODULE.resolve("target/node")
                    + "/*"
                    + File.pathSeparator
                    + MODULE.resolve("target/knn")
                    + "/*",
                MODULE.resolve("src/OpenSearchNode.java").toString(),
                directory.toString(),
                Integer.toString(port)));
    command.addAll(settings);
    return new ProcessBuilder(command).redirectError(directory.resolve("stderr").toFile()).start();
  }

  private void awaitReady() throws IOException {
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null && !line.endsWith("OpenSearch is ready")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException(
          "OpenSearch did not start: " + Files.readString(directory.resolve("stderr")));
    }
    Thread.startVirtualThread(() -> readOn(lines));
  }

  private static void readOn(BufferedReader lines) {
    try {
      lines.lines().forEach(each -> {});
    } catch (UncheckedIOException e) {
      // it was killed
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** As {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again after it was killed, with its data. */
  public void restart() throws IOException {
    process = launch();
    awaitReady();
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
