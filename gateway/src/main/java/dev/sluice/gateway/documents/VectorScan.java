package dev.sluice.gateway.documents;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.HitQueue;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** Compares a vector with every passage, in the bytes of the quantised vectors. */
final class VectorScan {

  private final TimedSearch search;
  private final float[] vector;
  private final HitQueue best;
  private ScoreDoc worst;

  /**
   * @param most the most passages that are found
   */
  VectorScan(TimedSearch search, float[] vector, int most) {
    this.search = search;
    this.vector = vector;
    this.best = new HitQueue(most, true);
    this.worst = best.top();
  }

  /**
   * The nearest passages, in no order.
   *
   * @param filter finds the passages that may be found; all without it
   */
  int[] find(@Nullable Query filter) throws IOException {
    Weight weight = filter == null ? null : search.weight(filter);
    for (LeafReaderContext leaf : search.searcher().getLeafContexts()) {
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(DocumentBlock.VECTOR);
      Scorer allowed = weight == null ? null : weight.scorer(leaf);
      if (vectors != null && vectors.size() > 0 && (weight == null || allowed != null)) {
        scan(leaf, vectors.scorer(vector), allowed == null ? null : allowed.iterator());
      }
    }
    return found();
  }

  private void scan(
      LeafReaderContext leaf, VectorScorer vectors, @Nullable DocIdSetIterator allowed)
      throws IOException {
    VectorScorer.Bulk bulk = vectors.bulk(allowed);
    DocAndFloatFeatureBuffer scored = new DocAndFloatFeatureBuffer();
    do {
      search.requireWanted();
      float highest =
          bulk.nextDocsAndScores(
              DocIdSetIterator.NO_MORE_DOCS, leaf.reader().getLiveDocs(), scored);
      if (highest > worst.score) {
        collect(leaf.docBase, scored);
      }
    } while (scored.size > 0);
  }

  private void collect(int base, DocAndFloatFeatureBuffer scored) {
    for (int i = 0; i < scored.size; i++) {
      if (scored.features[i] > worst.score) {
        worst.score = scored.features[i];
        worst.doc = base + scored.docs[i];
        worst = best.updateTop();
      }
    }
  }

  private int[] found() {
    int[] found = new int[best.size()];
    int count = 0;
    for (ScoreDoc hit : best) {
      if (hit.score > Float.NEGATIVE_INFINITY) {
        found[count++] = hit.doc;
      }
    }
    return Arrays.copyOf(found, count);
  }
}
