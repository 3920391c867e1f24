package dev.sluice.gateway.documents;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.NumericUtils;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the passages nearest to a vector. The graph finds more than are wanted by their quantised
 * vectors, and the exact ones say which are the nearest. All are compared where the graph would
 * miss some: where a filter leaves few, and where too many are about as near.
 */
final class DenseLeg {

  /** The graph search looks at no fewer neighbours than this, thrice as many under a filter. */
  private static final int LEAST_NEIGHBOURS = 128;

  /** Passages that are compared one by one: some milliseconds. */
  private static final int FEW = 25_000;

  /** A dimensionality above which the graph is searched wider. */
  private static final double UNEASY = 25;

  /** How much wider. */
  private static final int WIDER = 8;

  /** A dimensionality above which the graph misses too many however wide the search. */
  private static final double HARD = 50;

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
        return rank(allowed).passages(limit);
      }
    }
    int neighbours = Math.max(limit, LEAST_NEIGHBOURS) * (filter == null ? 1 : 3);
    Ranking found = neighbours(neighbours, filter);
    double dimensionality = found.dimensionality();
    if (dimensionality > HARD) {
      found = rank(new VectorScan(search, vector, neighbours).find(filter));
    } else if (dimensionality > UNEASY) {
      found = neighbours(WIDER * neighbours, filter);
    }
    return found.passages(limit);
  }

  private Ranking neighbours(int most, @Nullable Query filter) throws IOException {
    return rank(
        search.best(new KnnFloatVectorQuery(DocumentBlock.VECTOR, vector, most, filter), most));
  }

  private Ranking rank(int[] passages) throws IOException {
    Arrays.sort(passages);
    double[] cosines = cosines(passages);
    int[] nearestFirst = nearestFirst(cosines);
    return new Ranking(
        IntStream.of(nearestFirst).map(i -> passages[i]).toArray(),
        IntStream.of(nearestFirst).mapToDouble(i -> cosines[i]).toArray());
  }

  /** As numbers whose upper half orders them: tens of thousands are sorted. */
  private static int[] nearestFirst(double[] cosines) {
    return IntStream.range(0, cosines.length)
        .mapToLong(i -> ((long) NumericUtils.floatToSortableInt(-(float) cosines[i]) << 32) | i)
        .sorted()
        .mapToInt(each -> (int) each)
        .toArray();
  }

  /** Passages with their exact cosines, nearest first. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Ranking(int[] passages, double[] cosines) {

    int[] passages(int most) {
      return Arrays.copyOf(passages, Math.min(most, passages.length));
    }

    /**
     * The local intrinsic dimensionality around the query: how fast the neighbours become more with
     * the distance. The estimator of Amsaleg et al., "Estimating Local Intrinsic Dimensionality",
     * KDD 2015. Some 10 to 40 for vectors of texts, above 90 for random ones of 384 dimensions.
     */
    double dimensionality() {
      int last = Math.min(passages.length, LEAST_NEIGHBOURS / 2) - 1;
      if (last < 1) {
        return 0;
      }
      double radius = distance(last);
      double sum = IntStream.range(0, last).mapToDouble(i -> Math.log(radius / distance(i))).sum();
      return sum == 0 ? 0 : last / sum;
    }

    private double distance(int rank) {
      return Math.sqrt(Math.max(1e-9, 2 - 2 * cosines[rank]));
    }
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
