package dev.sluice.generate.extractive;

/** The vectors of a text's tokens, each of length 1, in one byte a dimension. Immutable. */
final class TokenRows {

  private static final int MOST = Byte.MAX_VALUE;

  private final int dimension;
  private final byte[] values;
  private final float[] scales;

  private TokenRows(int dimension, byte[] values, float[] scales) {
    this.dimension = dimension;
    this.values = values;
    this.scales = scales;
  }

  /** Collects rows one by one. */
  static final class Builder {
    private final TokenRows rows;
    private int filled;

    Builder(int count, int dimension) {
      rows = new TokenRows(dimension, new byte[count * dimension], new float[count]);
    }

    /** Takes one row of a matrix, whatever its length. */
    Builder add(float[] matrix, int row) {
      rows.set(filled, matrix, row * rows.dimension);
      filled++;
      return this;
    }

    TokenRows build() {
      if (filled != rows.count()) {
        throw new IllegalStateException(filled + " rows instead of " + rows.count());
      }
      return rows;
    }
  }

  private void set(int row, float[] matrix, int from) {
    float largest = 0;
    double squares = 0;
    for (int i = from; i < from + dimension; i++) {
      largest = Math.max(largest, Math.abs(matrix[i]));
      squares += (double) matrix[i] * matrix[i];
    }
    if (largest == 0) {
      return;
    }
    for (int i = 0; i < dimension; i++) {
      values[row * dimension + i] = (byte) Math.round(matrix[from + i] / largest * MOST);
    }
    scales[row] = (float) (largest / MOST / Math.sqrt(squares));
  }

  int count() {
    return scales.length;
  }

  /** The cosine with a vector of length 1. */
  float cosine(float[] vector, int row) {
    int from = row * dimension;
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += vector[i] * values[from + i];
    }
    return sum * scales[row];
  }

  /** Bytes of memory, about. */
  int bytes() {
    return values.length + Float.BYTES * scales.length;
  }
}
