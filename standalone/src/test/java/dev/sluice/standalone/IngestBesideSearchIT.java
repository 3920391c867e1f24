package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.DocumentUpload;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.client.Reconnection;
import dev.sluice.standalone.ingest.Tally;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Storing documents on the real services, counted by what their models read. */
@Timeout(300)
class IngestBesideSearchIT {

  private static final int PASSAGES = 16;

  @TempDir private static Path data;
  private static LocalCluster cluster;
  private static ManagedChannel channel;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(ClusterConfig.read(Map.of(), data.resolve("data"), true));
    channel = NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
    gateway = new Gateway(cluster.gatewayAddress(), channel, channel, null);
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    cluster.close();
  }

  @Test
  void aSearchOfAllStagesIsWholeWhileDocumentsAreStored() throws Exception {
    String collection = "whole";
    new CollectionCatalog(gateway).ensure(collection);
    store(collection, 0, 40, 1, new Tally());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Tally tally = new Tally();
      Future<?> stream =
          threads.submit(() -> {
            store(collection, 1, 20, PASSAGES, tally);
            return null;
          });
      for (int i = 0; i < 3; i++) {
        SearchResponse response = search(collection);
        assertThat(response.getDegradationsList()).isEmpty();
        assertThat(response.getResultsCount()).isEqualTo(10);
      }
      stream.get();
      assertThat(tally.stored()).isEqualTo(20);
    }
  }

  @Test
  void storingTheSameAgainEmbedsNothing() throws Exception {
    String collection = "again";
    new CollectionCatalog(gateway).ensure(collection);
    store(collection, 0, 30, 1, new Tally());
    long before = embedded();
    Tally again = new Tally();

    store(collection, 0, 40, 1, again);

    assertThat(again.summary()).startsWith("10 created, 0 replaced, 30 unchanged, 0 failed");
    assertThat(embedded() - before).isEqualTo(10);
  }

  private static void store(String collection, int stream, int count, int passages, Tally tally)
      throws InterruptedException {
    try (DocumentUpload upload =
        new DocumentUpload(gateway, collection, tally, Reconnection.of(0), line -> {})) {
      for (int i = 0; i < count; i++) {
        upload.send(document(collection, stream, i, passages), 1);
      }
      assertThat(upload.finish()).isZero();
    }
  }

  /** Sections so short that one does not join the next. */
  private static Document document(String collection, int stream, int number, int passages) {
    String sections =
        IntStream.range(0, passages)
            .mapToObj(i ->
                "# Gate %d of canal %d\n\nIn %s, gate %d.%d opens when the river is high.\n\n"
                    .formatted(number, stream, collection, number, i))
            .collect(Collectors.joining());
    return Document.newBuilder()
        .setId(stream + "/" + number)
        .setText(sections)
        .setFormat(Document.Format.MARKDOWN)
        .build();
  }

  private static SearchResponse search(String collection) {
    return gateway
        .search()
        .withDeadlineAfter(120, TimeUnit.SECONDS)
        .search(
            SearchRequest.newBuilder()
                .setCollection(collection)
                .setQuery("When is a gate opened?")
                .putStagePolicies("rerank", StagePolicy.REQUIRED)
                .build());
  }

  /** Texts that the model of the embed-service read, by its own metrics. */
  private static long embedded() throws IOException, InterruptedException {
    String line =
        cluster.serverLines().stream()
            .filter(each -> each.startsWith("embed"))
            .findFirst()
            .orElseThrow();
    URI page = URI.create(line.substring(line.indexOf("http://")) + "/metrics");
    try (var client = HttpClient.newHttpClient()) {
      return (long)
          client
              .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
              .body()
              .lines()
              .filter(metric -> metric.startsWith("sluice_batch_items_sum"))
              .mapToDouble(metric -> Double.parseDouble(metric.substring(metric.lastIndexOf(' '))))
              .sum();
    }
  }
}
