package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Internal;
import java.util.List;

/**
 * Vectors, and which model made them.
 *
 * @param vectors of length 1, one for each text
 */
public record Embedded(String model, String fingerprint, List<float[]> vectors) {

  /** {@code Internal} unless there are so many vectors, none empty, of finite numbers. */
  void require(int count) {
    if (vectors.size() != count) {
      throw broken(vectors.size() + " vectors for " + count + " texts");
    }
    for (float[] vector : vectors) {
      if (vector.length == 0) {
        throw broken("an empty vector");
      }
      for (float number : vector) {
        if (!Float.isFinite(number)) {
          throw broken("a vector with a number that is not finite");
        }
      }
    }
  }

  private static Internal broken(String what) {
    return new Internal("the embed-service answered with " + what);
  }
}
