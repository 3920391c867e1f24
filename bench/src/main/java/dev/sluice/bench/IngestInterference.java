package dev.sluice.bench;

import dev.sluice.bench.ingest.BulkStreams;
import dev.sluice.bench.ingest.SearchTimes;
import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.LocalLauncher;
import dev.sluice.standalone.RunningCluster;
import dev.sluice.standalone.client.Gateway;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Searches of one caller, one after the other, alone and while eight streams store documents, in
 * turns on the same cluster with its real models.
 */
final class IngestInterference implements Benchmark {

  private static final int DOCUMENTS = 1300;
  private static final int STORED = 300;
  private static final int SEARCHES = 100;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "ingest-interference";
  }

  @Override
  public String measures() {
    return "latency of searches while eight streams store documents, against the same alone";
  }

  @Override
  public String takes() {
    return "about 5 minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<Document> documents = Corpus.load("cranfield", DOCUMENTS);
    List<String> queries = documents.stream().map(Document::getTitle).toList();
    try (ScratchDirectory data = ScratchDirectory.create();
        RunningCluster cluster = new LocalLauncher(Map.of()).start(data.path(), true)) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
      try {
        Gateway gateway = new Gateway(cluster.gatewayAddress(), channel, channel, null);
        return rounds(gateway, documents, queries);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private List<Row> rounds(Gateway gateway, List<Document> documents, List<String> queries)
      throws Exception {
    BulkStreams.store(gateway, "searched", documents.subList(0, STORED));
    SearchTimes.of(gateway, "searched", queries, 0, SEARCHES);
    List<Row> rows = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      int first = (2 * round + 1) * SEARCHES;
      SearchTimes alone = SearchTimes.of(gateway, "searched", queries, first, SEARCHES);
      SearchTimes beside;
      double passages;
      try (BulkStreams bulk =
          BulkStreams.start(
              gateway, "round-" + round, documents.subList(STORED, documents.size()))) {
        beside = SearchTimes.of(gateway, "searched", queries, first + SEARCHES, SEARCHES);
        passages = bulk.passagesPerSecond();
      }
      rows.add(row(round + 1, alone, beside, passages));
    }
    return rows;
  }

  private Row row(int round, SearchTimes alone, SearchTimes beside, double passages) {
    return Row.of(
        name(),
        "round",
        round,
        "alone_p50_ms",
        alone.quantile(0.5),
        "alone_p99_ms",
        alone.quantile(0.99),
        "beside_p50_ms",
        beside.quantile(0.5),
        "beside_p99_ms",
        beside.quantile(0.99),
        "p50_ratio",
        beside.quantile(0.5) / alone.quantile(0.5),
        "p99_ratio",
        beside.quantile(0.99) / alone.quantile(0.99),
        "passages_per_s",
        passages,
        "degraded",
        beside.degraded());
  }
}
