package dev.sluice.serving.inference;

import com.google.protobuf.ByteString;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelInferResponse.InferOutputTensor;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** Reads the wanted output out of a response, and believes nothing of it. */
final class Answer {

  private Answer() {}

  /**
   * @param id the request's; a server that knows of no ids leaves it out
   * @throws Failure.Internal when it answers another request, or the output is missing, has another
   *     shape than asked for, has not the bytes of its shape, or has values that are no finite
   *     numbers
   */
  static Tensor read(ModelInferResponse response, Inference asked, String id) {
    if (!response.getId().isEmpty() && !response.getId().equals(id)) {
      throw broken("the id of another request");
    }
    int index = index(response, asked.output());
    InferOutputTensor output = response.getOutputs(index);
    FloatType type =
        FloatType.named(output.getDatatype())
            .orElseThrow(() -> broken("type " + output.getDatatype()));
    requireShape(output.getShapeList(), asked.shape());
    ByteString content = response.getRawOutputContents(index);
    float[] values = new float[count(output.getShapeList(), type, content)];
    type.read(content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN), values);
    requireFinite(values);
    return new Tensor(values, output.getShapeList().stream().mapToLong(Long::longValue).toArray());
  }

  private static int index(ModelInferResponse response, String name) {
    if (response.getRawOutputContentsCount() != response.getOutputsCount()) {
      throw broken(
          response.getOutputsCount()
              + " outputs with "
              + response.getRawOutputContentsCount()
              + " raw contents");
    }
    return IntStream.range(0, response.getOutputsCount())
        .filter(i -> response.getOutputs(i).getName().equals(name))
        .findFirst()
        .orElseThrow(() -> broken("no output " + name));
  }

  private static void requireShape(List<Long> shape, List<Long> asked) {
    boolean fits =
        shape.size() == asked.size()
            && IntStream.range(0, shape.size()).allMatch(i -> fits(shape.get(i), asked.get(i)));
    if (!fits) {
      throw broken("shape " + shape + " instead of " + asked);
    }
  }

  private static boolean fits(long length, long asked) {
    return asked == Inference.ANY ? length > 0 : length == asked;
  }

  /** Values of the shape, which the content must hold exactly. */
  private static int count(List<Long> shape, FloatType type, ByteString content) {
    long left = content.size() / type.bytes();
    long count = left;
    for (long length : shape) {
      left = length == 0 || left % length != 0 ? 0 : left / length;
    }
    if (left != 1 || content.size() % type.bytes() != 0) {
      throw broken("shape " + shape + " of " + type + " in " + content.size() + " bytes");
    }
    return (int) count;
  }

  private static void requireFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw broken("values that are no finite numbers");
      }
    }
  }

  private static Failure.Internal broken(String detail) {
    return new Failure.Internal(
        "the model server answered something else than was asked for",
        new IllegalStateException("the answer has " + detail));
  }
}
