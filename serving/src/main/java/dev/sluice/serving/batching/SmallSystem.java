package dev.sluice.serving.batching;

/** Three linear equations, of which some unknowns may be held at zero. */
final class SmallSystem {

  private static final int SIZE = 3;

  private SmallSystem() {}

  /**
   * Solves {@code matrix · x = right} for the unknowns whose bit is set in {@code active}; the
   * others are zero. Gaussian elimination without pivoting: the matrix is symmetric and positive
   * definite.
   */
  static double[] solve(double[][] matrix, double[] right, int active) {
    double[][] rows = new double[SIZE][SIZE + 1];
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        boolean both = isActive(active, i) && isActive(active, j);
        rows[i][j] = both ? matrix[i][j] : i == j ? 1 : 0;
      }
      rows[i][SIZE] = isActive(active, i) ? right[i] : 0;
    }
    eliminate(rows);
    return substitute(rows);
  }

  private static boolean isActive(int active, int unknown) {
    return (active & 1 << unknown) != 0;
  }

  private static void eliminate(double[][] rows) {
    for (int pivot = 0; pivot < SIZE; pivot++) {
      for (int row = pivot + 1; row < SIZE; row++) {
        double factor = rows[row][pivot] / rows[pivot][pivot];
        for (int column = pivot; column <= SIZE; column++) {
          rows[row][column] -= factor * rows[pivot][column];
        }
      }
    }
  }

  private static double[] substitute(double[][] rows) {
    double[] solution = new double[SIZE];
    for (int row = SIZE - 1; row >= 0; row--) {
      double value = rows[row][SIZE];
      for (int column = row + 1; column < SIZE; column++) {
        value -= rows[row][column] * solution[column];
      }
      solution[row] = value / rows[row][row];
    }
    return solution;
  }
}
