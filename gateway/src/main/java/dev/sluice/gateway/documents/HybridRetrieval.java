package dev.sluice.gateway.documents;

import com.google.protobuf.Struct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/**
 * One retrieval on one state of an index. The legs only find candidates, among the passages that
 * the filter lets pass; then each leg that ran scores all of them in the same way, so that no score
 * depends on which leg found a passage, or on the filter.
 */
final class HybridRetrieval {

  private final TimedSearch search;
  private final @Nullable Query words;
  private final @Nullable DenseLeg dense;
  private final @Nullable Query filter;
  private final int limit;

  HybridRetrieval(TimedSearch search, LexicalField lexical, Retrieval retrieval)
      throws IOException {
    this.search = search;
    this.limit = retrieval.candidatesPerLeg();
    this.words =
        retrieval.text() == null
            ? null
            : search.searcher().rewrite(lexical.query(retrieval.text()));
    this.dense =
        retrieval.vector() == null ? null : new DenseLeg(search, retrieval.vector(), limit);
    this.filter = retrieval.filter() == null ? null : LuceneFilter.passages(retrieval.filter());
  }

  List<Candidate> run() throws IOException {
    int[] byMeaning = dense == null ? new int[0] : dense.find(filter);
    int[] found = ascending(lexicalLeg(), byMeaning);
    double @Nullable [] bm25 = words == null ? null : bm25(found, words);
    double @Nullable [] cosine = dense == null ? null : dense.cosines(found);
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

  private static int[] ascending(int[] some, int[] others) {
    return IntStream.concat(IntStream.of(some), IntStream.of(others)).sorted().distinct().toArray();
  }

  private int[] lexicalLeg() throws IOException {
    if (words == null) {
      return new int[0];
    }
    Query allowed =
        filter == null
            ? words
            : new BooleanQuery.Builder().add(words, Occur.MUST).add(filter, Occur.FILTER).build();
    return search.best(allowed, limit);
  }

  private double[] bm25(int[] found, Query query) throws IOException {
    double[] scores = new double[found.length];
    Weight weight = search.searcher().createWeight(query, ScoreMode.COMPLETE, 1);
    search.forEachLeaf(
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

  private List<Passage> passages(int[] found) throws IOException {
    List<Passage> passages = new ArrayList<>(found.length);
    search.forEachLeaf(
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
