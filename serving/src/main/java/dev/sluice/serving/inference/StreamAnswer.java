package dev.sluice.serving.inference;

import com.google.protobuf.ByteString;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.serving.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * One of the answers to a {@link StreamRequest}. Reads outputs of one value each, whatever shape
 * they say they have (vLLM's backend sends some without any axis), and believes nothing else.
 */
public final class StreamAnswer {

  private static final String FINAL = "triton_final_response";

  private final ModelInferResponse response;

  private StreamAnswer(ModelInferResponse response) {
    this.response = response;
  }

  static StreamAnswer of(ModelInferResponse response) {
    if (response.getRawOutputContentsCount() != response.getOutputsCount()) {
      throw broken(
          response.getOutputsCount()
              + " outputs with "
              + response.getRawOutputContentsCount()
              + " raw contents");
    }
    return new StreamAnswer(response);
  }

  /** Whether the server says that it is the last one; it may bring outputs, or none. */
  boolean isLast() {
    return response.getParametersMap().containsKey(FINAL)
        && response.getParametersMap().get(FINAL).getBoolParam();
  }

  /**
   * The bytes of a text, which need not be whole characters; empty when the output is missing or
   * has no value.
   *
   * @throws Failure.Internal when it is no text, or more than one
   */
  public Optional<ByteString> text(String name) {
    return index(name).stream().mapToObj(this::text).findFirst();
  }

  /**
   * A number of things; empty when the output is missing.
   *
   * @throws Failure.Internal when it is not one integer of at least zero
   */
  public OptionalInt count(String name) {
    return index(name).stream().map(this::count).findFirst();
  }

  private OptionalInt index(String name) {
    return IntStream.range(0, response.getOutputsCount())
        .filter(i -> response.getOutputs(i).getName().equals(name))
        .findFirst();
  }

  private ByteString text(int index) {
    ByteString content = content(index, "BYTES");
    if (content.isEmpty()) {
      return ByteString.EMPTY;
    }
    boolean whole =
        content.size() >= Integer.BYTES
            && littleEndian(content).getInt() == content.size() - Integer.BYTES;
    if (!whole) {
      throw broken("not one text in " + content.size() + " bytes");
    }
    return content.substring(Integer.BYTES);
  }

  private int count(int index) {
    String type = response.getOutputs(index).getDatatype();
    ByteString content = content(index, type);
    long value =
        switch (type) {
          case "INT32", "UINT32" -> sized(content, Integer.BYTES).getInt();
          case "INT64", "UINT64" -> sized(content, Long.BYTES).getLong();
          default -> throw broken("type " + type + " for a count");
        };
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw broken("a count of " + value);
    }
    return (int) value;
  }

  private ByteString content(int index, String type) {
    String actual = response.getOutputs(index).getDatatype();
    if (!actual.equals(type)) {
      throw broken("type " + actual + " instead of " + type);
    }
    return response.getRawOutputContents(index);
  }

  private static ByteBuffer sized(ByteString content, int bytes) {
    if (content.size() != bytes) {
      throw broken("a number in " + content.size() + " bytes");
    }
    return littleEndian(content);
  }

  private static ByteBuffer littleEndian(ByteString content) {
    return content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  static Failure.Internal broken(String detail) {
    return new Failure.Internal(
        "the model server answered something else than was asked for",
        new IllegalStateException("the answer has " + detail));
  }
}
