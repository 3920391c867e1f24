package dev.sluice.rerank;

import dev.sluice.serving.encoder.Vectors;
import java.util.Arrays;

/**
 * The token vectors of a query, of length 1, as whole numbers of about 15 bits with one scale a
 * row: the inner product with a row of a {@link TokenMatrix} is exact in 32 bits, and is what the
 * JIT turns into vector instructions (a sum of floats it must add one by one).
 */
final class QueryMatrix {

  private static final int LARGEST = Short.MAX_VALUE;

  private final int dimension;
  private final int[] values;
  private final float[] scales;

  private QueryMatrix(int dimension, int[] values, float[] scales) {
    this.dimension = dimension;
    this.values = values;
    this.scales = scales;
  }

  /**
   * @param matrix the model's token vectors, one after the other
   * @param rows the ones to keep
   */
  static QueryMatrix of(float[] matrix, int dimension, int[] rows) {
    int range = Math.min(LARGEST, Integer.MAX_VALUE / (TokenMatrix.LARGEST * dimension));
    int[] values = new int[rows.length * dimension];
    float[] scales = new float[rows.length];
    for (int row = 0; row < rows.length; row++) {
      float[] vector = Vectors.unitRow(matrix, rows[row], dimension);
      float scale = TokenMatrix.scale(vector, range);
      scales[row] = scale;
      for (int i = 0; i < dimension; i++) {
        values[row * dimension + i] = Math.round(vector[i] / scale);
      }
    }
    return new QueryMatrix(dimension, values, scales);
  }

  int rows() {
    return scales.length;
  }

  /** Raises {@code best} to the inner products with a passage's row, in units of our scales. */
  void raise(float[] best, int[] passageRow, float passageScale) {
    for (int row = 0; row < scales.length; row++) {
      best[row] = Math.max(best[row], passageScale * dot(values, row * dimension, passageRow));
    }
  }

  private static int dot(int[] query, int offset, int[] passage) {
    int sum = 0;
    for (int i = 0; i < passage.length; i++) {
      sum += query[offset + i] * passage[i];
    }
    return sum;
  }

  /** The mean of the rows' best inner products; 0 where a passage had no row. */
  double mean(float[] best) {
    double sum = 0;
    for (int row = 0; row < scales.length; row++) {
      sum += best[row] == Float.NEGATIVE_INFINITY ? 0 : (double) best[row] * scales[row];
    }
    return sum / scales.length;
  }

  /** What {@link #raise} starts from. */
  float[] nothingYet() {
    float[] best = new float[scales.length];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    return best;
  }
}
