package dev.sluice.bench.store;

import java.util.Random;
import java.util.stream.IntStream;

/** How synthetic vectors of length 1 lie. */
public enum VectorKind {
  /**
   * Around the centres of 500 topics, of which some are far more frequent, with a spread that
   * shrinks from dimension to dimension: as the vectors of texts lie.
   */
  CLUSTERED {
    @Override
    float[] draw(Random random) {
      double skewed = Math.pow(random.nextDouble(), 2);
      return spread(CENTRES[(int) (CENTRES.length * skewed)], random);
    }
  },

  /** In every direction alike: nothing tells near from far, the worst case of any graph. */
  UNIFORM {
    @Override
    float[] draw(Random random) {
      float[] vector = new float[DIMENSION];
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
      return normal(vector);
    }
  };

  /** Of all vectors. */
  public static final int DIMENSION = 384;

  private static final float[][] CENTRES = centres();

  /** The next vector. */
  abstract float[] draw(Random random);

  private static float[][] centres() {
    Random random = new Random(1);
    return IntStream.range(0, 500)
        .mapToObj(i -> spread(new float[DIMENSION], random))
        .toArray(float[][]::new);
  }

  private static float[] spread(float[] centre, Random random) {
    float[] vector = centre.clone();
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] += (float) (random.nextGaussian() / Math.sqrt(1 + i));
    }
    return normal(vector);
  }

  private static float[] normal(float[] vector) {
    double length = 0;
    for (float each : vector) {
      length += each * each;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(length);
    }
    return vector;
  }
}
