package dev.sluice.bench.overload;

import com.google.common.base.Splitter;
import dev.sluice.bench.ingest.BulkStreams;
import dev.sluice.bench.overhead.ChildProcess;
import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.client.Gateway;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The cluster under load, a process of its own. Owns it. */
public final class OverloadedCluster implements AutoCloseable {

  private static final int SERVERS = 4;

  private final ChildProcess process;
  private final Map<String, String> addresses = new HashMap<>();
  private String management = "";

  private OverloadedCluster(ChildProcess process) {
    this.process = process;
  }

  /** Starts it with free ports over a data directory. */
  public static OverloadedCluster start(Path data, Map<String, String> settings)
      throws IOException {
    ChildProcess process =
        ChildProcess.start(
            List.of(
                "-Xmx4g",
                "-XX:-ClassUnloadingWithConcurrentMark", // as ./sluice starts it
                "-XX:-G1UseAdaptiveIHOP",
                "--add-modules",
                "jdk.incubator.vector",
                "-Dlogback.configurationFile=logback-cli.xml"),
            ClusterMain.class,
            settings,
            data.toString());
    OverloadedCluster cluster = new OverloadedCluster(process);
    try {
      while (cluster.addresses.size() < SERVERS) {
        cluster.listens(process.line());
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      process.kill();
      throw e;
    }
  }

  /** As "embed gRPC 127.0.0.1:7401, management http://127.0.0.1:7501". */
  private void listens(String line) throws IOException {
    if (line == null) {
      throw new IOException("the cluster did not start");
    }
    if (!line.contains(" gRPC ")) {
      return; // its log
    }
    List<String> words = Splitter.onPattern("\\s+").splitToList(line);
    addresses.put(words.get(0), words.get(2).replace(",", ""));
    management = words.get(4);
  }

  /** {@code host:port} of one of its servers. */
  public String address(String server) {
    String address = addresses.get(server);
    if (address == null) {
      throw new IllegalStateException("no server " + server + " among " + addresses);
    }
    return address;
  }

  /**
   * Stores documents, and waits until they are stored.
   *
   * @param headers metadata of the calls
   */
  public void store(List<Document> documents, Map<String, String> headers)
      throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address("gateway")).usePlaintext().build();
    try {
      Channel known = Headers.on(channel, headers);
      BulkStreams.store(
          new Gateway(address("gateway"), channel, known, null), CallKind.COLLECTION, documents);
    } finally {
      channel.shutdownNow();
    }
  }

  public Memory memory() throws IOException, InterruptedException {
    return Memory.of(process.pid(), management);
  }

  /** What it exposes: all its servers share one process, and each has a page of its own. */
  public MetricsPage metrics() throws IOException, InterruptedException {
    return MetricsPage.read(management);
  }

  public Duration processorTime() {
    return process.processorTime();
  }

  @Override
  public void close() {
    process.close();
  }
}
