package dev.sluice.gateway.documents;

import com.google.protobuf.Struct;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * One retrieval on one state of an index. The legs only find candidates; then each leg that ran
 * scores all of them in the same way, so that no score depends on which leg found a passage.
 */
final class HybridRetrieval {

  /** The graph search looks at no fewer neighbours than this: it is approximate. */
  private static final int LEAST_NEIGHBOURS = 64;

  private final IndexSearcher searcher;
  private final @Nullable Query words;
  private final float @Nullable [] vector;
  private final int limit;
  private final Deadline deadline;

  /**
   * @param searcher gives up at the deadline
   */
  HybridRetrieval(
      IndexSearcher searcher, LexicalField lexical, Retrieval retrieval, Deadline deadline)
      throws IOException {
    this.deadline = deadline;
    this.searcher = searcher;
    this.words =
        retrieval.text() == null ? null : searcher.rewrite(lexical.query(retrieval.text()));
    this.vector = retrieval.vector();
    this.limit = retrieval.candidatesPerLeg();
  }

  List<Candidate> run() throws IOException {
    int[] found = IntStream.concat(lexicalLeg(), denseLeg()).sorted().distinct().toArray();
    double @Nullable [] bm25 = words == null ? null : bm25(found, words);
    double @Nullable [] cosine = vector == null ? null : cosines(found, vector);
    List<Passage> passages = passages(found);
    List<Candidate> candidates = new ArrayList<>(found.length);
    for (int i = 0; i < found.length; i++) {
      candidates.add(
          new Candidate(
              passages.get(i),
              cosine == null ? null : Double.valueOf(cosine[i]),
              bm25 == null ? null : Double.valueOf(bm25[i])));
    }
    return candidates;
  }

  private IntStream lexicalLeg() throws IOException {
    return words == null ? IntStream.empty() : best(words);
  }

  private IntStream denseLeg() throws IOException {
    if (vector == null) {
      return IntStream.empty();
    }
    int neighbours = Math.max(limit, LEAST_NEIGHBOURS);
    return best(new KnnFloatVectorQuery(DocumentBlock.VECTOR, vector, neighbours));
  }

  private IntStream best(Query query) throws IOException {
    ScoreDoc[] hits = searcher.search(query, limit).scoreDocs;
    requireWanted();
    return Arrays.stream(hits).mapToInt(hit -> hit.doc);
  }

  /** A search that was given up found only a part, and says so by nothing else. */
  private void requireWanted() {
    if (Context.current().isCancelled()) {
      throw new Cancelled();
    }
    if (searcher.timedOut() || deadline.isExpired()) {
      throw new DeadlineExceeded("the deadline passed in the document store");
    }
  }

  /** Calls back for each run of documents of one segment: {@code found[from, to)}. */
  private void forEachLeaf(int[] found, LeafVisitor visitor) throws IOException {
    int from = 0;
    while (from < found.length) {
      LeafReaderContext leaf =
          searcher
              .getLeafContexts()
              .get(ReaderUtil.subIndex(found[from], searcher.getLeafContexts()));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from;
      while (to < found.length && found[to] < end) {
        to++;
      }
      visitor.visit(leaf, from, to);
      from = to;
    }
  }

  private interface LeafVisitor {
    void visit(LeafReaderContext leaf, int from, int to) throws IOException;
  }

  private double[] bm25(int[] found, Query query) throws IOException {
    double[] scores = new double[found.length];
    Weight weight = searcher.createWeight(query, ScoreMode.COMPLETE, 1);
    forEachLeaf(
        found,
        (leaf, from, to) -> {
          Scorer scorer = weight.scorer(leaf);
          if (scorer != null) {
            score(scorer, leaf.docBase, found, from, to, scores);
          }
        });
    return scores;
  }

  private static void score(Scorer scorer, int base, int[] found, int from, int to, double[] scores)
      throws IOException {
    DocIdSetIterator matches = scorer.iterator();
    for (int i = from; i < to; i++) {
      int document = found[i] - base;
      if (matches.docID() < document) {
        matches.advance(document);
      }
      if (matches.docID() == document) {
        scores[i] = scorer.score();
      }
    }
  }

  private double[] cosines(int[] found, float[] query) throws IOException {
    double[] cosines = new double[found.length];
    forEachLeaf(
        found,
        (leaf, from, to) -> {
          FloatVectorValues vectors = leaf.reader().getFloatVectorValues(DocumentBlock.VECTOR);
          DocIndexIterator position = vectors.iterator();
          for (int i = from; i < to; i++) {
            position.advance(found[i] - leaf.docBase);
            cosines[i] = VectorUtil.dotProduct(query, vectors.vectorValue(position.index()));
          }
        });
    return cosines;
  }

  private List<Passage> passages(int[] found) throws IOException {
    List<Passage> passages = new ArrayList<>(found.length);
    forEachLeaf(
        found,
        (leaf, from, to) -> {
          LeafReader reader = leaf.reader();
          org.apache.lucene.index.StoredFields stored = reader.storedFields();
          NumericDocValues toRecord = reader.getNumericDocValues(DocumentBlock.TO_RECORD);
          for (int i = from; i < to; i++) {
            int document = found[i] - leaf.docBase;
            StoredFields fields = StoredFields.read(stored, document, true);
            passages.add(fields.passage(metadata(fields, stored, toRecord, document)));
          }
        });
    return passages;
  }

  private static Struct metadata(
      StoredFields passage,
      org.apache.lucene.index.StoredFields stored,
      NumericDocValues toRecord,
      int document)
      throws IOException {
    if (passage.hasMetadata()) {
      return passage.metadata();
    }
    toRecord.advanceExact(document);
    int record = document + Math.toIntExact(toRecord.longValue());
    return StoredFields.read(stored, record, false).metadata();
  }
}
