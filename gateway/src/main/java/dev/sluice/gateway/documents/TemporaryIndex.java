package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Internal;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/** Scores passages by their words in an index in memory that is gone afterwards. */
final class TemporaryIndex {

  private TemporaryIndex() {}

  /** The BM25 of each passage; 0 where no word of the query occurs. */
  static double[] scores(LexicalField lexical, List<Passage> passages, String query) {
    double[] scores = new double[passages.size()];
    if (passages.isEmpty()) {
      return scores;
    }
    try (Directory directory = new ByteBuffersDirectory()) {
      write(lexical, passages, directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(lexical.similarity());
        for (ScoreDoc hit : searcher.search(lexical.query(query), scores.length).scoreDocs) {
          scores[hit.doc] = hit.score;
        }
      }
      return scores;
    } catch (IOException e) {
      throw new Internal("the documents sent could not be searched", e);
    }
  }

  /** In order, so that a passage's place is its number in the index. */
  private static void write(LexicalField lexical, List<Passage> passages, Directory directory)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(lexical.analyzer())
            .setSimilarity(lexical.similarity())
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setOpenMode(OpenMode.CREATE);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (Passage passage : passages) {
        Document fields = new Document();
        fields.add(lexical.words(passage.embeddedText()));
        writer.addDocument(fields);
      }
    }
  }
}
