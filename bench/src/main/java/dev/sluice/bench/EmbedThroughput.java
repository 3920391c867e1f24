package dev.sluice.bench;

import dev.sluice.gateway.documents.Chunker;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.standalone.LocalLauncher;
import dev.sluice.standalone.RunningCluster;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Storing documents through the whole cluster (split, tokenise, embed, index, commit) against a
 * bare ONNX Runtime loop over the same passages, tokenising included, at its best batch size.
 * Rounds of both take turns; the ratio is the median of the rounds' ratios.
 */
final class EmbedThroughput implements Benchmark {

  private static final int DOCUMENTS = 800;
  private static final int ROUNDS = 3;

  /** Passes before the rounds: the JVM compiles the store's code while it runs. */
  private static final int WARM_UPS = 2;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @Override
  public String name() {
    return "embed-throughput";
  }

  @Override
  public String measures() {
    return "passages a second of ingest against a bare ONNX Runtime loop at its best batch size";
  }

  @Override
  public String takes() {
    return "about 4 minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<Document> documents = Corpus.load("cranfield", DOCUMENTS);
    List<String> passages = passages(documents);
    System.err.println(documents.size() + " documents, " + passages.size() + " passages");
    int best = bestBatch(passages);
    List<Round> rounds = new ArrayList<>();
    try (ScratchDirectory data = ScratchDirectory.create();
        BareLoop bare = loop(best);
        RunningCluster cluster = new LocalLauncher(Map.of()).start(data.path(), true)) {
      bare.seconds(passages.subList(0, passages.size() / 4));
      for (int pass = 1; pass <= WARM_UPS; pass++) {
        ingest(cluster, "warm-up-" + pass, documents);
      }
      for (int round = 1; round <= ROUNDS; round++) {
        double bareRate = passages.size() / bare.seconds(passages);
        double ingestRate = passages.size() / ingest(cluster, "round-" + round, documents);
        rounds.add(new Round("round " + round, bareRate, ingestRate));
      }
    }
    rounds.add(median(rounds));
    return rounds.stream().map(round -> row(round, best)).toList();
  }

  /** Passages a second of both. */
  private record Round(String name, double bare, double ingest) {
    double ratio() {
      return ingest / bare;
    }
  }

  private static Round median(List<Round> rounds) {
    Round middle =
        rounds.stream()
            .sorted(Comparator.comparingDouble(Round::ratio))
            .toList()
            .get(rounds.size() / 2);
    return new Round("median", middle.bare(), middle.ingest());
  }

  private Row row(Round round, int batch) {
    return Row.of(
        name(),
        "round",
        round.name(),
        "bare_batch",
        batch,
        "bare_per_s",
        round.bare(),
        "ingest_per_s",
        round.ingest(),
        "ratio",
        round.ratio());
  }

  private static List<String> passages(List<Document> documents) {
    try (OnnxModel model = OnnxModel.load(ModelFiles.embedded(), 1)) {
      var chunker =
          new Chunker(
              texts -> texts.stream().mapToInt(model.tokenizer()::count).toArray(),
              Chunker.DEFAULT_LIMIT);
      return documents.stream()
          .flatMap(document ->
              chunker
                  .split(document.getTitle(), document.getText(), Document.Format.PLAIN_TEXT)
                  .stream()
                  .map(chunk -> chunk.read(document.getText())))
          .toList();
    }
  }

  private static int bestBatch(List<String> passages) {
    List<String> sample = passages.subList(0, Math.min(120, passages.size()));
    int best = 1;
    double fastest = Double.MAX_VALUE;
    for (int batch : new int[] {1, 4, 16}) {
      try (BareLoop loop = loop(batch)) {
        loop.seconds(sample.subList(0, sample.size() / 4));
        double seconds = loop.seconds(sample);
        System.err.printf(
            "bare loop, %d a batch: %.1f passages/s%n", batch, sample.size() / seconds);
        if (seconds < fastest) {
          fastest = seconds;
          best = batch;
        }
      }
    }
    return best;
  }

  private static BareLoop loop(int batch) {
    return new BareLoop(ModelFiles.embedded(), PROCESSORS, 1, batch);
  }

  /** Seconds until every document was acknowledged. */
  private static double ingest(
      RunningCluster cluster, String collection, List<Document> documents) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
    try {
      CollectionServiceGrpc.newBlockingStub(channel)
          .createCollection(CreateCollectionRequest.newBuilder().setCollection(collection).build());
      long start = System.nanoTime();
      var acknowledgements = new Acknowledgements(documents.size());
      StreamObserver<UpsertDocumentsRequest> requests =
          DocumentServiceGrpc.newStub(channel).upsertDocuments(acknowledgements);
      documents.forEach(document ->
          requests.onNext(
              UpsertDocumentsRequest.newBuilder()
                  .setCollection(collection)
                  .setDocument(document)
                  .build()));
      requests.onCompleted();
      acknowledgements.done.join();
      return (System.nanoTime() - start) / 1e9;
    } finally {
      channel.shutdownNow();
    }
  }

  private static final class Acknowledgements implements StreamObserver<UpsertDocumentsResponse> {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    private int missing;

    Acknowledgements(int expected) {
      missing = expected;
    }

    @Override
    public void onNext(UpsertDocumentsResponse response) {
      if (response.hasError()) {
        done.completeExceptionally(new IllegalStateException(response.getError().getMessage()));
      }
      missing--;
    }

    @Override
    public void onError(Throwable thrown) {
      done.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
      if (missing == 0) {
        done.complete(null);
      } else {
        done.completeExceptionally(
            new IllegalStateException(missing + " acknowledgements missing"));
      }
    }
  }
}
