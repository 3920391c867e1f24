package dev.sluice.serving.inference;

import com.google.protobuf.ByteString;
import dev.sluice.inference.ModelInferResponse;
import java.util.Arrays;
import java.util.List;

/** Packs and unpacks the tensors of one batch, for benchmarks. */
public final class TensorHarness {

  private final List<long[]> rows;
  private final int columns;
  private final IntegerType inputs;
  private final Inference asked;
  private final ModelInferResponse response;

  public TensorHarness(int texts, int tokens, int dimension, IntegerType inputs, FloatType output) {
    this.rows = java.util.stream.Stream.generate(() -> tokens(tokens)).limit(texts).toList();
    this.columns = tokens;
    this.inputs = inputs;
    this.asked =
        new Inference("model", List.of(), "output", List.of((long) texts, (long) dimension));
    byte[] content = new byte[texts * dimension * output.bytes()];
    Arrays.fill(content, (byte) 0x3c);
    this.response =
        ModelInferResponse.newBuilder()
            .addOutputs(
                ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName("output")
                    .setDatatype(output.name())
                    .addShape(texts)
                    .addShape(dimension))
            .addRawOutputContents(ByteString.copyFrom(content))
            .build();
  }

  private static long[] tokens(int count) {
    long[] tokens = new long[count];
    Arrays.setAll(tokens, i -> 1000 + i);
    return tokens;
  }

  public Object pack() {
    return IntegerTensor.padded("input_ids", inputs, columns, rows);
  }

  public long packedBytes() {
    return (long) rows.size() * columns * inputs.bytes();
  }

  public Object unpack() {
    return Answer.read(response, asked, "");
  }

  public long unpackedBytes() {
    return response.getRawOutputContents(0).size();
  }
}
