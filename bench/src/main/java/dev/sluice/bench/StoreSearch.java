package dev.sluice.bench;

import dev.sluice.bench.store.Passages;
import dev.sluice.bench.store.StoreFigures;
import dev.sluice.bench.store.VectorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the document stores take to keep and to find passages, and which they find. */
final class StoreSearch implements Benchmark {

  private static final int FEW = 10_000;
  private static final int MANY = 200_000;
  private static final String SMALL = "small";
  private static final String OPENSEARCH = "opensearch";
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "store";
  }

  @Override
  public String measures() {
    return "hybrid search, recall at 10, ingest and size of Lucene at 10,000 and 200,000 passages"
        + " and of OpenSearch at 10,000, against an exact scan; options: "
        + SMALL
        + " (10,000 only), "
        + OPENSEARCH
        + " (that at 200,000 as well)";
  }

  @Override
  public String takes() {
    return "ten minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (VectorKind kind : VectorKind.values()) {
      rows.addAll(rows(kind, FEW, true));
      if (!options.contains(SMALL)) {
        rows.addAll(rows(kind, MANY, options.contains(OPENSEARCH)));
      }
    }
    return rows;
  }

  private List<Row> rows(VectorKind kind, int count, boolean openSearch) throws Exception {
    Passages passages = new Passages(kind, count);
    List<Row> rows = new ArrayList<>();
    rows.add(row("lucene", kind, count, StoreFigures.ofLucene(kind, passages)));
    if (openSearch && StoreFigures.hasOpenSearch()) {
      rows.add(row("opensearch", kind, count, StoreFigures.ofOpenSearch(kind, passages)));
    } else if (openSearch) {
      System.err.println("no OpenSearch to compare with: ./mvnw verify brings it");
    }
    return rows;
  }

  private Row row(String store, VectorKind kind, int count, StoreFigures figures) {
    List<Double> recalls = figures.recalls();
    Row row =
        Row.of(
            name(),
            "store",
            store,
            "passages",
            count,
            "vectors",
            kind.name().toLowerCase(Locale.ROOT),
            "hybrid p50 ms",
            figures.hybrid().p50(),
            "hybrid p99 ms",
            figures.hybrid().p99(),
            "exact scan p50 ms",
            figures.exact().p50(),
            "recall 100 %",
            recalls.get(0),
            "recall 95 %",
            recalls.get(1),
            "recall 10 %",
            recalls.get(2),
            "recall 1 %",
            recalls.get(3),
            "recall 0.1 %",
            recalls.get(4),
            "ingested/s",
            figures.ingested(),
            "settled after s",
            figures.settled(),
            "heap MiB",
            figures.heap() / MIB,
            "resident MiB",
            figures.resident() / MIB,
            "disk MiB",
            figures.disk() / MIB);
    System.err.println(row.figures());
    return row;
  }
}
