package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.DIMENSION;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.Test;

/** Recall in one segment that is large enough for a graph. */
class DenseLegTest {

  private static final int PASSAGES = 12_000;
  private static final int QUERIES = 30;
  private static final int WANTED = 10;
  private static final LexicalField LEXICAL = new LexicalField(LexicalSettings.DEFAULT);

  private final Random random = new Random(3);

  @Test
  void vectorsInClustersAreFoundByTheGraph() throws IOException {
    List<float[]> centres = IntStream.range(0, 100).mapToObj(i -> random()).toList();
    Supplier<float[]> vectors = () -> near(centres.get(random.nextInt(100)));
    assertThat(recall(vectors, IndexSession.config(LEXICAL))).isGreaterThanOrEqualTo(.98);
  }

  @Test
  void vectorsTooMuchAlikeForTheGraphAreFoundAsWell() throws IOException {
    assertThat(recall(() -> random(), IndexSession.config(LEXICAL))).isGreaterThanOrEqualTo(.98);
  }

  @Test
  void anIndexOfTheSettingsBeforeIsSearchedWrittenToAndMerged() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      IndexWriterConfig before =
          new IndexWriterConfig(LEXICAL.analyzer()).setCodec(new Lucene104Codec());
      StoredDocument old = Samples.document("old", "", "red apples", "green apples");
      StoredDocument recent = Samples.document("recent", "", "yellow apples");
      write(directory, before, old);
      assertThat(found(directory)).containsExactly("old#0", "old#1");
      write(directory, IndexSession.config(LEXICAL), recent);
      assertThat(found(directory)).containsExactly("old#0", "old#1", "recent#0");
      try (IndexWriter writer = new IndexWriter(directory, IndexSession.config(LEXICAL))) {
        writer.forceMerge(1);
      }
      assertThat(found(directory)).containsExactly("old#0", "old#1", "recent#0");
    }
  }

  private static void write(Directory directory, IndexWriterConfig config, StoredDocument document)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      writer.updateDocuments(
          DocumentBlock.term(document.id()),
          new DocumentBlock(document, Samples.chunks(document), LEXICAL));
    }
  }

  private static List<String> found(Directory directory) throws IOException {
    Retrieval retrieval = Retrieval.hybrid("apples", Samples.vector("apples"), 10);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      TimedSearch search = new TimedSearch(new IndexSearcher(reader), Samples.soon());
      return new HybridRetrieval(search, LEXICAL, retrieval)
          .run().stream().map(candidate -> candidate.passage().chunkId()).sorted().toList();
    }
  }

  private float[] random() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return VectorUtil.l2normalize(vector);
  }

  /** The spread is smaller in every further dimension, as that of texts is. */
  private float[] near(float[] centre) {
    float[] vector = centre.clone();
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] += (float) (.3 * random.nextGaussian() / Math.sqrt(1 + i));
    }
    return VectorUtil.l2normalize(vector);
  }

  private double recall(Supplier<float[]> vectors, IndexWriterConfig config) throws IOException {
    List<float[]> stored = IntStream.range(0, PASSAGES).mapToObj(i -> vectors.get()).toList();
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int i = 0; i < PASSAGES; i++) {
          StoredDocument document = Samples.document("d" + i, "", "text");
          Chunk chunk = Samples.chunks(document).getFirst().chunk();
          writer.addDocuments(
              new DocumentBlock(
                  document, List.of(new EmbeddedChunk(chunk, stored.get(i))), LEXICAL));
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertThat(reader.leaves()).hasSize(1);
        return recall(stored, vectors, new IndexSearcher(reader));
      }
    }
  }

  private static double recall(
      List<float[]> stored, Supplier<float[]> vectors, IndexSearcher searcher) throws IOException {
    long found = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = vectors.get();
      Set<Integer> nearest = nearest(stored, query);
      TimedSearch search = new TimedSearch(searcher, Samples.soon());
      found +=
          IntStream.of(new DenseLeg(search, query, WANTED).find(null))
              .filter(passage -> nearest.contains(number(passage)))
              .count();
    }
    return found / (double) (QUERIES * WANTED);
  }

  /** Each passage stands before its record, in the order in which they were written. */
  private static int number(int passage) {
    return passage / 2;
  }

  private static Set<Integer> nearest(List<float[]> stored, float[] query) {
    return IntStream.range(0, stored.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -VectorUtil.dotProduct(query, stored.get(i))))
        .limit(WANTED)
        .collect(Collectors.toSet());
  }
}
