package dev.sluice.serving.inference.fake;

import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelInferRequest.InferInputTensor;
import dev.sluice.serving.inference.IntegerType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens of a request.
 *
 * @param columns tokens of a row, padding included
 * @param rows the tokens of each text, without padding
 */
public record TokenBatch(int columns, List<long[]> rows) {

  /**
   * @throws IllegalArgumentException when the tensors are not those of the model
   */
  static TokenBatch of(ModelInferRequest request, FakeModel model) {
    requireInputs(request, model);
    InferInputTensor shape = request.getInputs(index(request, "input_ids"));
    int columns = Math.toIntExact(shape.getShape(1));
    long[] ids = values(request, "input_ids", model.inputType());
    long[] mask = values(request, "attention_mask", model.inputType());
    if (ids.length != shape.getShape(0) * columns || mask.length != ids.length) {
      throw new IllegalArgumentException("unexpected byte size for input 'input_ids'");
    }
    return new TokenBatch(
        columns,
        IntStream.range(0, ids.length / columns)
            .mapToObj(row -> unpadded(ids, mask, row * columns, columns))
            .toList());
  }

  private static void requireInputs(ModelInferRequest request, FakeModel model) {
    List<String> names =
        request.getInputsList().stream().map(InferInputTensor::getName).sorted().toList();
    if (!names.equals(model.inputs().stream().sorted().toList())) {
      throw new IllegalArgumentException("expected inputs " + model.inputs() + " but got " + names);
    }
    for (InferInputTensor input : request.getInputsList()) {
      if (!input.getDatatype().equals(model.inputType().name())) {
        throw new IllegalArgumentException("unexpected datatype TYPE_" + input.getDatatype());
      }
    }
  }

  private static int index(ModelInferRequest request, String name) {
    return IntStream.range(0, request.getInputsCount())
        .filter(i -> request.getInputs(i).getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("expected an input '" + name + "'"));
  }

  private static long[] values(ModelInferRequest request, String name, IntegerType type) {
    ByteBuffer content =
        request
            .getRawInputContents(index(request, name))
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[content.remaining() / type.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type == IntegerType.INT64 ? content.getLong() : content.getInt();
    }
    return values;
  }

  private static long[] unpadded(long[] ids, long[] mask, int from, int columns) {
    int length = (int) Arrays.stream(mask, from, from + columns).sum();
    return Arrays.copyOfRange(ids, from, from + length);
  }

  /** Real tokens. */
  public long tokens() {
    return rows.stream().mapToLong(row -> row.length).sum();
  }

  /** Tokens with padding. */
  public long paddedTokens() {
    return (long) rows.size() * columns;
  }
}
