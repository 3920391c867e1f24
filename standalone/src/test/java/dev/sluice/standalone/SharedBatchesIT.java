package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.inference.fake.Counts;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.DocumentUpload;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.client.Reconnection;
import dev.sluice.standalone.ingest.Tally;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** The cluster before a model server whose batches are worth sharing, and counted there. */
@Timeout(300)
class SharedBatchesIT {

  private static final int STREAMS = 8;

  /** 200 ms a launch, whatever is in it: long enough for the next documents to come. */
  private static final Accelerator SLOW_LAUNCHES = new Accelerator(2e8, 0, 0, true, 1, 0, 0);

  @TempDir private static Path data;
  private static FakeInferenceServer model;
  private static LocalCluster cluster;
  private static ManagedChannel channel;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    model = FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(SLOW_LAUNCHES, 1));
    Map<String, String> environment =
        Map.of("SLUICE_EMBED_BACKEND", "inference", "SLUICE_EMBED_TARGETS", model.target());
    cluster = LocalCluster.start(ClusterConfig.read(environment, data.resolve("data"), true));
    channel = NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
    gateway = new Gateway(cluster.gatewayAddress(), channel, channel, null);
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    cluster.close();
    model.close();
  }

  @Test
  void passagesOfManyCallersDocumentsShareBatches() throws Exception {
    Counts before = model.counts();
    Tally tally = new Tally();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      join(startStreams(threads, "shared", 50, 1, tally));
    }
    assertThat(tally.summary())
        .startsWith("400 created, 0 replaced, 0 unchanged, 0 failed; 400 passages");
    Counts after = model.counts();
    assertThat(after.rows() - before.rows()).isEqualTo(400);
    assertThat(after.batches() - before.batches())
        .as("each document has one passage, sent in a call of its own")
        .isLessThan(100);
  }

  /**
   * The gateway has 32 documents of 16 passages embedded at a time, which are 16 batches of 32: a
   * search that waited in turn would see about as many.
   */
  @Test
  void searchesOvertakeWhatIsStored() throws Exception {
    Tally tally = new Tally();
    List<Long> batches = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      join(startStreams(threads, "busy", 1, 4, new Tally()));
      List<Future<?>> streams = startStreams(threads, "busy", 16, 16, tally);
      while (tally.stored() == 0) {
        Thread.onSpinWait();
      }
      while (tally.stored() < 64) {
        long before = model.counts().batches();
        SearchResponse response = search();
        batches.add(model.counts().batches() - before);
        assertThat(response.getDegradationsList()).isEmpty();
        assertThat(response.getResultsCount()).isEqualTo(10);
      }
      join(streams);
    }
    assertThat(tally.summary()).startsWith("120 created, 8 replaced, 0 unchanged, 0 failed");
    assertThat(batches.stream().sorted().toList().get(batches.size() / 2))
        .as("batches that ran during a search: %s", batches)
        .isLessThanOrEqualTo(7);
  }

  private static SearchResponse search() {
    return gateway
        .search()
        .withDeadlineAfter(120, TimeUnit.SECONDS)
        .search(
            SearchRequest.newBuilder()
                .setCollection("busy")
                .setQuery("When is a gate opened?")
                .setMode(RetrievalMode.DENSE)
                .putStagePolicies("rerank", StagePolicy.OFF)
                .build());
  }

  private static List<Future<?>> startStreams(
      ExecutorService threads, String collection, int documents, int passages, Tally tally) {
    new CollectionCatalog(gateway).ensure(collection);
    List<Future<?>> streams = new ArrayList<>();
    for (int stream = 0; stream < STREAMS; stream++) {
      int number = stream;
      streams.add(
          threads.submit(() -> {
            store(collection, number, documents, passages, tally);
            return null;
          }));
    }
    return streams;
  }

  private static void join(List<Future<?>> streams) throws Exception {
    for (Future<?> stream : streams) {
      stream.get();
    }
  }

  private static void store(String collection, int stream, int documents, int passages, Tally tally)
      throws InterruptedException {
    try (DocumentUpload upload =
        new DocumentUpload(gateway, collection, tally, Reconnection.of(0), line -> {})) {
      for (int i = 0; i < documents; i++) {
        upload.send(document(stream + "/" + i, passages), 1);
      }
      assertThat(upload.finish()).isZero();
    }
  }

  /** Of sections, each of which is a passage. */
  private static Document document(String id, int passages) {
    String sections =
        IntStream.range(0, passages)
            .mapToObj(
                i -> "# Gate %d of %s\n\nIt opens when the river is high.\n\n".formatted(i, id))
            .collect(Collectors.joining());
    return Document.newBuilder()
        .setId(id)
        .setText(sections)
        .setFormat(Document.Format.MARKDOWN)
        .build();
  }
}
