package dev.sluice.rerank;

import dev.sluice.serving.encoder.TokenSequence;
import java.util.Random;

/** Token vectors and token sequences made by hand. */
final class Matrices {

  private Matrices() {}

  /** So many tokens, the first and last ones added by the model. */
  static TokenSequence framed(int length) {
    boolean[] special = new boolean[length];
    special[0] = true;
    special[length - 1] = true;
    return tokens(special);
  }

  /** So many tokens, all the text's own. */
  static TokenSequence plain(int length) {
    return tokens(new boolean[length]);
  }

  private static TokenSequence tokens(boolean[] special) {
    int length = special.length;
    return new TokenSequence(
        new long[length], new long[length], special, new int[length], new int[length], false);
  }

  static float[] random(Random random, int rows, int dimension) {
    float[] matrix = new float[rows * dimension];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian();
    }
    return matrix;
  }

  /** MaxSim in floating point, straight from its definition. */
  static double maxSim(float[] query, int[] queryRows, float[] passage, int dimension) {
    double sum = 0;
    for (int row : queryRows) {
      double best = Double.NEGATIVE_INFINITY;
      for (int other = 0; other < passage.length / dimension; other++) {
        best = Math.max(best, cosine(query, row, passage, other, dimension));
      }
      sum += best;
    }
    return sum / queryRows.length;
  }

  private static double cosine(float[] a, int rowA, float[] b, int rowB, int dimension) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < dimension; i++) {
      double x = a[rowA * dimension + i];
      double y = b[rowB * dimension + i];
      product += x * y;
      squaresA += x * x;
      squaresB += y * y;
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
