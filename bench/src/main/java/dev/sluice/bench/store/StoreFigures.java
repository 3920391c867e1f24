package dev.sluice.bench.store;

import dev.sluice.bench.store.StoreRun.Latency;
import dev.sluice.gateway.documents.DataDirectory;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.LuceneStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one store makes of one set of passages.
 *
 * @param ingested documents a second, until the last was acknowledged
 * @param settled seconds afterwards until no segments were merged any more
 * @param recalls for each of {@link #GROUPS}
 * @param heap of the store, live bytes
 * @param resident bytes: of the process of OpenSearch, of the mapped index of Lucene
 */
public record StoreFigures(
    double ingested,
    double settled,
    Latency hybrid,
    Latency exact,
    List<Double> recalls,
    long heap,
    long resident,
    long disk) {

  /** Of 1000 documents that a filter lets pass. */
  public static final List<Integer> GROUPS = List.of(1000, 950, 100, 10, 1);

  private static final int QUERIES = 200;

  /** Whether there is an OpenSearch to start. */
  public static boolean hasOpenSearch() {
    return SearchNode.isThere();
  }

  /** In Lucene, in this process. */
  public static StoreFigures ofLucene(VectorKind kind, Passages passages) throws Exception {
    Path directory = Files.createTempDirectory("sluice-store");
    try {
      long heap = Footprint.heap();
      long mapped = mapped();
      try (DataDirectory data = DataDirectory.open(directory);
          DocumentStore store =
              new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.system())) {
        StoreRun run = new StoreRun(store, passages, Passages.queries(kind, QUERIES));
        double ingested = run.ingest();
        double settled = StoreRun.awaitMerges();
        Latency hybrid = run.hybrid();
        List<Double> recalls = recalls(run);
        return new StoreFigures(
            ingested,
            settled,
            hybrid,
            run.exact(),
            recalls,
            Footprint.heap() - heap,
            mapped() - mapped,
            Footprint.onDisk(directory));
      }
    } finally {
      delete(directory);
    }
  }

  private static long mapped() {
    return Footprint.resident("self", "RssFile");
  }

  /** In OpenSearch, in a process of its own. */
  public static StoreFigures ofOpenSearch(VectorKind kind, Passages passages) throws Exception {
    Path directory = Files.createTempDirectory("sluice-opensearch");
    try (SearchNode node = SearchNode.start(directory);
        DocumentStore store = node.open()) {
      StoreRun run = new StoreRun(store, passages, Passages.queries(kind, QUERIES));
      double ingested = run.ingest();
      Latency hybrid = run.hybrid();
      List<Double> recalls = recalls(run);
      return new StoreFigures(
          ingested,
          0,
          hybrid,
          run.exact(),
          recalls,
          0,
          node.resident(),
          Footprint.onDisk(directory));
    } finally {
      delete(directory);
    }
  }

  private static List<Double> recalls(StoreRun run) {
    return GROUPS.stream().map(run::recall).toList();
  }

  private static void delete(Path directory) throws IOException {
    List<Path> leavesFirst;
    try (Stream<Path> tree = Files.walk(directory)) {
      leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : leavesFirst) {
      Files.deleteIfExists(path);
    }
  }
}
