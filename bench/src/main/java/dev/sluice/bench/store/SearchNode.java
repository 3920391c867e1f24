package dev.sluice.bench.store;

import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.gateway.documents.opensearch.OpenSearchStore;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.network.FreePort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * The OpenSearch node that the module opensearch-node gathered, in a process of its own with 2 GiB
 * of heap. Owns the process.
 */
final class SearchNode implements AutoCloseable {

  private static final Path MODULE =
      Path.of(System.getProperty("sluice.root", ".")).resolve("gateway/opensearch-node");

  private final Process process;
  private final int port;

  private SearchNode(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Whether a build has gathered one. */
  static boolean isThere() {
    return Files.isDirectory(MODULE.resolve("target/node"));
  }

  static SearchNode start(Path directory) throws IOException {
    int port = FreePort.any();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-cp",
                MODULE.resolve("target/node/*")
                    + File.pathSeparator
                    + MODULE.resolve("target/knn/*"),
                MODULE.resolve("src/OpenSearchNode.java").toString(),
                directory.toString(),
                Integer.toString(port),
                "discovery.type=single-node")
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    SearchNode node = new SearchNode(process, port);
    try {
      node.awaitReady();
      return node;
    } catch (IOException e) {
      node.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException {
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null && !line.endsWith("OpenSearch is ready")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("OpenSearch did not start");
    }
    Thread.startVirtualThread(() -> lines.lines().forEach(each -> {}));
  }

  DocumentStore open() {
    Settings settings =
        new Settings(Map.of("SLUICE_GATEWAY_OPENSEARCH_URLS", "http://127.0.0.1:" + port));
    return new OpenSearchStore(
        OpenSearchConfig.read(settings), LexicalSettings.DEFAULT, InstantSource.system());
  }

  /** Resident bytes. */
  long resident() {
    return Footprint.resident(Long.toString(process.pid()), "VmRSS");
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
