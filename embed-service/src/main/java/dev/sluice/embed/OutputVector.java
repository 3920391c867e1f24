package dev.sluice.embed;

import com.google.protobuf.ByteString;
import dev.sluice.embed.v1.EmbedRequest.OutputEncoding;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;

/** A vector in the encoding that the request asked for. */
final class OutputVector {

  private static final int INT8_SCALE = 127;

  private OutputVector() {}

  static Embedding.Builder of(float[] vector, OutputEncoding encoding) {
    return switch (encoding) {
      case INT8 -> Embedding.newBuilder().setInt8Vector(int8(vector));
      case FLOAT32, OUTPUT_ENCODING_UNSPECIFIED, UNRECOGNIZED ->
          Embedding.newBuilder().setFloatVector(float32(vector));
    };
  }

  private static FloatVector float32(float[] vector) {
    FloatVector.Builder values = FloatVector.newBuilder();
    for (float value : vector) {
      values.addValues(value);
    }
    return values.build();
  }

  private static ByteString int8(float[] vector) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < vector.length; i++) {
      bytes[i] = (byte) Math.round(vector[i] * INT8_SCALE);
    }
    return ByteString.copyFrom(bytes);
  }
}
