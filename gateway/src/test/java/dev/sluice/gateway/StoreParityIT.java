package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.documents.SharedNode;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.type.v1.StagePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same texts in both stores, asked the same: the paragraphs of our own documentation. */
class StoreParityIT {

  private static final Path DOCS = Path.of(System.getProperty("sluice.root", "..")).resolve("docs");
  private static final Pattern BETWEEN_PARAGRAPHS = Pattern.compile("\\n\\s*\\n");
  private static final int EVERY = 4;
  private static final int WORDS_OF_A_QUERY = 9;
  private static final int TOP = 10;

  @TempDir private Path data;

  @ParameterizedTest
  @ValueSource(strings = {"1", "3"})
  void theBestTenOfAQueryAreNearlyTheSame(String shards) throws IOException {
    Map<String, String> settings =
        Map.of(
            "SLUICE_GATEWAY_STORE",
            "opensearch",
            "SLUICE_GATEWAY_OPENSEARCH_URLS",
            SharedNode.node().url(),
            "SLUICE_GATEWAY_OPENSEARCH_SHARDS",
            shards,
            "SLUICE_GATEWAY_OPENSEARCH_PREFIX",
            SharedNode.prefix());
    List<Document> corpus = corpus();
    assertThat(corpus).hasSizeGreaterThan(250);
    try (Cluster lucene = Cluster.open(data, Map.of());
        Cluster openSearch = Cluster.open(data, settings)) {
      for (Cluster each : List.of(lucene, openSearch)) {
        each.create("c");
        each.store("c", corpus);
      }
      List<String> queries = queries(corpus);
      double overlap =
          queries.stream()
              .mapToDouble(query -> overlap(best(lucene, query), best(openSearch, query)))
              .average()
              .orElseThrow();
      System.out.printf(
          "parity: %d texts, %d queries, %s shards: overlap %.4f%n",
          corpus.size(), queries.size(), shards, overlap);
      assertThat(overlap).isGreaterThanOrEqualTo(0.95);
    }
  }

  private static List<Document> corpus() throws IOException {
    List<Document> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.walk(DOCS)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".md")).sorted().toList()) {
        BETWEEN_PARAGRAPHS
            .splitAsStream(Files.readString(file))
            .filter(paragraph -> Words.of(paragraph).size() > WORDS_OF_A_QUERY)
            .map(text -> Cluster.document(file.getFileName() + "-" + corpus.size(), text))
            .forEach(corpus::add);
      }
    }
    return corpus;
  }

  /** Words out of the middle of some of the texts. */
  private static List<String> queries(List<Document> corpus) {
    return IntStream.range(0, corpus.size() / EVERY)
        .mapToObj(i -> Words.of(corpus.get(i * EVERY).getText()))
        .map(words -> words.subList(words.size() / 2 - WORDS_OF_A_QUERY / 2, words.size()))
        .map(words -> String.join(" ", words.subList(0, Math.min(WORDS_OF_A_QUERY, words.size()))))
        .toList();
  }

  private static Set<String> best(Cluster gateway, String text) {
    List<SearchResult> results =
        gateway
            .search()
            .search(
                query(text)
                    .setMode(RetrievalMode.HYBRID)
                    .setTopK(TOP)
                    .putStagePolicies("rerank", StagePolicy.OFF)
                    .build())
            .getResultsList();
    assertThat(results).hasSize(TOP);
    Set<String> chunks = new HashSet<>();
    results.forEach(result -> chunks.add(result.getChunkId()));
    return chunks;
  }

  private static double overlap(Set<String> some, Set<String> others) {
    return (double) some.stream().filter(others::contains).count() / TOP;
  }
}
