package dev.sluice.serving.inference.fake;

import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.inference.DataType;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelInput;
import dev.sluice.inference.ModelMetadataResponse;
import dev.sluice.inference.ModelOutput;
import dev.sluice.serving.inference.FloatType;
import dev.sluice.serving.inference.IntegerType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A sentence encoder that gives each text a vector made from its tokens alone, so that a mix-up
 * shows.
 *
 * @param inputs the inputs' names
 * @param inputType what they must be
 * @param output the output's name
 * @param pooled whether the output is a vector a text; else one a token, with nonsense for padding
 * @param dimension floats of a vector
 * @param type how they travel
 * @param maxBatchSize the most rows of a call, as Triton refuses more
 */
public record FakeModel(
    String name,
    List<String> inputs,
    IntegerType inputType,
    String output,
    boolean pooled,
    int dimension,
    FloatType type,
    int maxBatchSize) {

  public static final FakeModel EMBED =
      new FakeModel(
          "embed",
          List.of("input_ids", "attention_mask"),
          IntegerType.INT64,
          "embedding",
          true,
          32,
          FloatType.FP32,
          1024);

  /** A vector of one or two is a reranker's logits. */
  public static final FakeModel RERANK =
      new FakeModel(
          "rerank",
          List.of("input_ids", "attention_mask", "token_type_ids"),
          IntegerType.INT64,
          "logits",
          true,
          1,
          FloatType.FP32,
          1024);

  public FakeModel withInputs(IntegerType other, String... names) {
    return new FakeModel(
        name, List.of(names), other, output, pooled, dimension, type, maxBatchSize);
  }

  public FakeModel withType(FloatType other) {
    return new FakeModel(name, inputs, inputType, output, pooled, dimension, other, maxBatchSize);
  }

  public FakeModel withDimension(int floats) {
    return new FakeModel(name, inputs, inputType, output, pooled, floats, type, maxBatchSize);
  }

  public FakeModel withMaxBatchSize(int rows) {
    return new FakeModel(name, inputs, inputType, output, pooled, dimension, type, rows);
  }

  public FakeModel unpooled() {
    return new FakeModel(name, inputs, inputType, output, false, dimension, type, maxBatchSize);
  }

  /** How Triton describes it: no dynamic batching, one response a request. */
  public ModelConfig config() {
    var config = ModelConfig.newBuilder().setName(name).setMaxBatchSize(maxBatchSize);
    for (String input : inputs) {
      config.addInput(
          ModelInput.newBuilder()
              .setName(input)
              .setDataType(DataType.valueOf("TYPE_" + inputType))
              .addDims(-1));
    }
    var given =
        ModelOutput.newBuilder().setName(output).setDataType(DataType.valueOf("TYPE_" + type));
    if (!pooled) {
      given.addDims(-1);
    }
    return config.addOutput(given.addDims(dimension)).build();
  }

  /** How any server of the protocol describes it. */
  ModelMetadataResponse metadata() {
    var metadata = ModelMetadataResponse.newBuilder().setName(name);
    for (String input : inputs) {
      metadata
          .addInputsBuilder()
          .setName(input)
          .setDatatype(inputType.name())
          .addAllShape(List.of(-1L, -1L));
    }
    metadata
        .addOutputsBuilder()
        .setName(output)
        .setDatatype(type.name())
        .addAllShape(pooled ? List.of(-1L, (long) dimension) : List.of(-1L, -1L, (long) dimension));
    return metadata.build();
  }

  /** The vector of a text, values in [-1, 1), not of length 1. */
  public float[] vector(long[] tokens) {
    return vector(Arrays.hashCode(tokens));
  }

  /** The vector of a text's token. */
  public float[] vector(long[] tokens, int position) {
    return vector(31L * Arrays.hashCode(tokens) + position);
  }

  private float[] vector(long seed) {
    float[] vector = new float[dimension];
    long state = seed;
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

  /** The answer to a batch, before anything goes wrong with it. */
  ModelInferResponse.Builder response(TokenBatch batch) {
    List<long[]> rows = batch.rows();
    int tokens = pooled ? 1 : batch.columns();
    ByteBuffer content =
        ByteBuffer.allocate(rows.size() * tokens * dimension * type.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long[] row : rows) {
      for (int token = 0; token < tokens; token++) {
        put(content, pooled ? vector(row) : vector(row, token));
      }
    }
    var response = ModelInferResponse.newBuilder().setModelName(name);
    var given =
        response.addOutputsBuilder().setName(output).setDatatype(type.name()).addShape(rows.size());
    if (!pooled) {
      given.addShape(tokens);
    }
    given.addShape(dimension);
    return response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(content.flip()));
  }

  private void put(ByteBuffer content, float[] vector) {
    for (float value : vector) {
      switch (type) {
        case FP32 -> content.putFloat(value);
        case FP16 -> content.putShort(Float.floatToFloat16(value));
        case BF16 -> content.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
      }
    }
  }
}
