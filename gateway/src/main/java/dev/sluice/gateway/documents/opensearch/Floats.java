package dev.sluice.gateway.documents.opensearch;

import java.nio.ByteBuffer;

/** Vectors as bytes. */
final class Floats {

  private Floats() {}

  static byte[] encode(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  static float[] decode(byte[] encoded) {
    float[] vector = new float[encoded.length / Float.BYTES];
    ByteBuffer.wrap(encoded).asFloatBuffer().get(vector);
    return vector;
  }

  /** The dot product of a vector and one that was encoded: the cosine of vectors of length 1. */
  static double dot(float[] vector, byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    double sum = 0;
    for (float each : vector) {
      sum += each * bytes.getFloat();
    }
    return sum;
  }
}
