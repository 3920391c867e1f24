package dev.sluice.gateway.documents;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real OpenSearch node in a process of its own, which the module opensearch-node gathered. */
final class NodeProcess implements AutoCloseable {

  private static final Path MODULE =
      Path.of(System.getProperty("sluice.root", "..")).resolve("gateway/opensearch-node");

  private final Path directory;
  private final int port;
  private Process process;

  private NodeProcess(Path directory, int port) throws IOException {
    this.directory = directory;
    this.port = port;
    this.process = launch();
  }

  /** Starts a node that keeps its data there. The test is skipped where there is none to start. */
  static NodeProcess start(Path directory) throws IOException {
    Assumptions.assumeTrue(
        Files.isDirectory(MODULE.resolve("target/node")),
        "no OpenSearch in gateway/opensearch-node/target: ./mvnw verify brings it there");
    return new NodeProcess(directory, freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                MODULE.resolve("target/node")
                    + "/*"
                    + File.pathSeparator
                    + MODULE.resolve("target/knn")
                    + "/*",
                MODULE.resolve("src/OpenSearchNode.java").toString(),
                directory.toString(),
                Integer.toString(port))
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    awaitReady(started);
    return started;
  }

  private void awaitReady(Process started) throws IOException {
    BufferedReader lines = started.inputReader();
    String line = lines.readLine();
    while (line != null && !line.endsWith("OpenSearch is ready")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException(
          "OpenSearch did not start: " + Files.readString(directory.resolve("stderr")));
    }
    Thread.startVirtualThread(() -> lines.lines().forEach(each -> {}));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again after it was killed, with its data. */
  void restart() throws IOException {
    process = launch();
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
