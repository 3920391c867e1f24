package dev.sluice.gateway.documents;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the passages nearest to a vector. Where a filter leaves few, all of those are compared: the
 * graph would have to walk far to find them, and would miss some.
 */
final class DenseLeg {

  /** The graph search looks at no fewer neighbours than this, thrice as many under a filter. */
  private static final int LEAST_NEIGHBOURS = 64;

  /** Passages that are compared one by one: some milliseconds. */
  private static final int FEW = 10_000;

  private final TimedSearch search;
  private final float[] vector;
  private final int limit;

  /**
   * @param limit the most passages that are found
   */
  DenseLeg(TimedSearch search, float[] vector, int limit) {
    this.search = search;
    this.vector = vector;
    this.limit = limit;
  }

  /**
   * @param filter finds the passages that may be found; all without it
   */
  int[] find(@Nullable Query filter) throws IOException {
    if (filter != null) {
      int[] allowed = search.best(new ConstantScoreQuery(filter), FEW + 1);
      if (allowed.length <= FEW) {
        return nearest(allowed);
      }
    }
    int neighbours = Math.max(limit, LEAST_NEIGHBOURS) * (filter == null ? 1 : 3);
    return search.best(
        new KnnFloatVectorQuery(DocumentBlock.VECTOR, vector, neighbours, filter), limit);
  }

  private int[] nearest(int[] passages) throws IOException {
    Arrays.sort(passages);
    double[] cosines = cosines(passages);
    return IntStream.range(0, passages.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -cosines[i]))
        .limit(limit)
        .mapToInt(i -> passages[i])
        .toArray();
  }

  /**
   * @param found passages in ascending order
   */
  double[] cosines(int[] found) throws IOException {
    double[] cosines = new double[found.length];
    search.forEachLeaf(
        found,
        (leaf, from, to) -> {
          FloatVectorValues vectors = leaf.reader().getFloatVectorValues(DocumentBlock.VECTOR);
          DocIndexIterator position = vectors.iterator();
          for (int i = from; i < to; i++) {
            position.advance(found[i] - leaf.docBase);
            cosines[i] = VectorUtil.dotProduct(vector, vectors.vectorValue(position.index()));
          }
        });
    return cosines;
  }
}
