package dev.sluice.serving.inference.fake;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.serving.inference.FloatType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A sentence encoder that gives each text a vector made from its tokens alone, so that a mix-up
 * shows.
 *
 * @param output the output's name
 * @param dimension floats of a vector
 * @param type how they travel
 * @param maxBatchSize the most rows of a call, as Triton refuses more
 */
public record FakeModel(
    String name, String output, int dimension, FloatType type, int maxBatchSize) {

  public static final FakeModel EMBED =
      new FakeModel("embed", "embedding", 32, FloatType.FP32, 1024);

  public FakeModel withType(FloatType other) {
    return new FakeModel(name, output, dimension, other, maxBatchSize);
  }

  public FakeModel withDimension(int floats) {
    return new FakeModel(name, output, floats, type, maxBatchSize);
  }

  public FakeModel withMaxBatchSize(int rows) {
    return new FakeModel(name, output, dimension, type, rows);
  }

  /** The vector of a text, values in [-1, 1), not of length 1. */
  public float[] vector(long[] tokens) {
    float[] vector = new float[dimension];
    long state = Arrays.hashCode(tokens);
    for (int i = 0; i < dimension; i++) {
      state += 0x9E3779B97F4A7C15L;
      vector[i] = (int) mixed(state) / 0x1p31f;
    }
    return vector;
  }

  /** The finaliser of SplitMix64. */
  private static long mixed(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  ModelInferResponse response(String id, TokenBatch batch, Fault fault) {
    var lie = fault instanceof Fault.Lie told ? told : null;
    List<long[]> rows = batch.rows();
    if (lie == Fault.Lie.MISSING_ROW) {
      rows = rows.subList(1, rows.size());
    }
    ByteBuffer content = content(rows);
    if (lie == Fault.Lie.NOT_A_NUMBER) {
      content.putFloat(0, Float.NaN);
    } else if (lie == Fault.Lie.SHORT_CONTENT) {
      content.limit(content.limit() - 1);
    }
    var response = ModelInferResponse.newBuilder().setModelName(name).setId(id);
    response
        .addOutputsBuilder()
        .setName(lie == Fault.Lie.OTHER_NAME ? "other" : output)
        .setDatatype(lie == Fault.Lie.UNKNOWN_TYPE ? "FP8" : type.name())
        .addShape(rows.size())
        .addShape(dimension);
    ByteString bytes = UnsafeByteOperations.unsafeWrap(content);
    return lie == Fault.Lie.NO_CONTENT
        ? response.build()
        : response.addRawOutputContents(bytes).build();
  }

  private ByteBuffer content(List<long[]> rows) {
    ByteBuffer content =
        ByteBuffer.allocate(rows.size() * dimension * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] row : rows) {
      for (float value : vector(row)) {
        put(content, value);
      }
    }
    return content.flip();
  }

  private void put(ByteBuffer content, float value) {
    switch (type) {
      case FP32 -> content.putFloat(value);
      case FP16 -> content.putShort(Float.floatToFloat16(value));
      case BF16 -> content.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
    }
  }
}
