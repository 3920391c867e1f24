package dev.sluice.serving.encoder;

import java.util.Arrays;

/** Arithmetic on vectors and on matrices of one vector a row. */
public final class Vectors {

  private Vectors() {}

  /** One row of a matrix, scaled to length 1; zeros stay zeros. */
  public static float[] unitRow(float[] matrix, int row, int dimension) {
    float[] vector = Arrays.copyOfRange(matrix, row * dimension, (row + 1) * dimension);
    normalize(vector);
    return vector;
  }

  /** The mean of all rows, scaled to length 1. */
  public static float[] unitMean(float[] matrix, int dimension) {
    float[] mean = new float[dimension];
    for (int i = 0; i < matrix.length; i++) {
      mean[i % dimension] += matrix[i];
    }
    normalize(mean);
    return mean;
  }

  /** Scales to length 1 in place; zeros stay zeros. */
  public static void normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares > 0) {
      float scale = (float) (1 / Math.sqrt(squares));
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= scale;
      }
    }
  }

  /** The inner product: the cosine, for vectors of length 1. */
  public static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum = Math.fma(a[i], b[i], sum);
    }
    return sum;
  }
}
