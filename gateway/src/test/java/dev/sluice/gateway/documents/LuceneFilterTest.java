package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.DIMENSION;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.FilterParser;
import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneFilterTest extends DocumentFilterContract {

  private static final int DOCUMENTS = 1000;
  private static final int PASSAGES = 11;

  @TempDir private Path data;

  @Override
  DocumentStore open() {
    return new LuceneStore(
        data,
        LexicalSettings.DEFAULT,
        InstantSource.fixed(Samples.NOW),
        path -> FSDirectory.open(path));
  }

  @Test
  void aCollectionOfAnOlderVersionIsSearchedButNotFiltered() throws IOException {
    StoredDocument old = document("a", "", metadata(Map.of("n", number(1))), "apples");
    putAll(List.of(old));
    store().close();
    Path file = data.resolve("collections/default/papers/collection.json");
    String json = Files.readString(file);
    assertThat(json).contains(",\"filters\":true");
    Files.writeString(file, json.replace(",\"filters\":true", ""));
    try (DocumentStore reopened = open()) {
      Retrieval retrieval = Retrieval.lexical("apples", 5);
      assertThat(reopened.retrieve(PAPERS, retrieval, soon())).hasSize(1);
      assertThatThrownBy(() ->
              reopened.retrieve(PAPERS, retrieval.among(FilterParser.parse("n == 1")), soon()))
          .isInstanceOf(Precondition.class)
          .hasMessageContaining("'papers'")
          .hasMessageContaining("store its documents again");
    }
  }

  /**
   * More passages pass the first two filters than are compared one by one: those walk the graph.
   */
  @Test
  void theNearestPassagesAreFoundHoweverFewTheFilterLeaves() {
    Random random = new Random(11);
    Map<String, float[]> vectors = new HashMap<>();
    List<CompletableFuture<Upserted>> written = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      written.add(store(random, i, vectors));
    }
    written.forEach(CompletableFuture::join);
    for (String filter : List.of("n >= 0", "n < 950", "n < 100", "n < 10", "n == 0")) {
      assertThat(recall(random, FilterParser.parse(filter), vectors))
          .as(filter)
          .isGreaterThanOrEqualTo(0.98);
    }
  }

  private CompletableFuture<Upserted> store(Random random, int i, Map<String, float[]> vectors) {
    String[] paragraphs =
        IntStream.range(0, PASSAGES).mapToObj(p -> "p" + p).toArray(String[]::new);
    StoredDocument document = document("d" + i, "", metadata(Map.of("n", number(i))), paragraphs);
    List<EmbeddedChunk> chunks = new ArrayList<>();
    for (EmbeddedChunk chunk : Samples.chunks(document)) {
      float[] vector = vector(random);
      vectors.put("d" + i + "#" + chunks.size(), vector);
      chunks.add(new EmbeddedChunk(chunk.chunk(), vector));
    }
    return store().upsert(PAPERS, document, chunks);
  }

  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return VectorUtil.l2normalize(vector);
  }

  private double recall(Random random, Filter filter, Map<String, float[]> vectors) {
    Map<String, float[]> allowed = new HashMap<>(vectors);
    allowed.keySet().removeIf(id -> !filter.matches(metadata(Map.of("n", number(documentOf(id))))));
    int queries = 20;
    long found = 0;
    for (int i = 0; i < queries; i++) {
      float[] query = vector(random);
      Set<String> nearest = nearest(query, allowed);
      found +=
          store().retrieve(PAPERS, Retrieval.dense(query, 100).among(filter), soon()).stream()
              .filter(candidate -> nearest.contains(candidate.passage().chunkId()))
              .count();
    }
    return found / (10.0 * queries);
  }

  private static Set<String> nearest(float[] query, Map<String, float[]> allowed) {
    return allowed.keySet().stream()
        .sorted(Comparator.comparingDouble(id -> -VectorUtil.dotProduct(query, allowed.get(id))))
        .limit(10)
        .collect(Collectors.toSet());
  }

  private static int documentOf(String passage) {
    return Integer.parseInt(passage.substring(1, passage.indexOf('#')));
  }
}
