package dev.sluice.serving.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.inference.InferParameter;
import dev.sluice.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A request for a stream of answers. Its tensors have shape {@code [n]} for n values, or {@code [1,
 * n]} where the model has a batch axis.
 */
public final class StreamRequest {

  private static final String EMPTY_FINAL = "triton_enable_empty_final_response";

  private final ModelInferRequest.Builder message;
  private final boolean batched;

  private StreamRequest(ModelInferRequest.Builder message, boolean batched) {
    this.message = message;
    this.batched = batched;
  }

  /**
   * @param batched whether the model has a batch axis
   */
  public static StreamRequest to(String model, boolean batched) {
    return new StreamRequest(ModelInferRequest.newBuilder().setModelName(model), batched);
  }

  /** Texts, in UTF-8. */
  public StreamRequest texts(String name, List<String> values) {
    List<ByteString> texts = values.stream().map(ByteString::copyFromUtf8).toList();
    int size = texts.stream().mapToInt(text -> Integer.BYTES + text.size()).sum();
    ByteBuffer content = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (ByteString text : texts) {
      content.putInt(text.size());
      text.copyTo(content);
    }
    return add(name, "BYTES", texts.size(), content.flip());
  }

  /** A text, in UTF-8. */
  public StreamRequest text(String name, String value) {
    return texts(name, List.of(value));
  }

  public StreamRequest bool(String name, boolean value) {
    return add(name, "BOOL", 1, ByteBuffer.wrap(new byte[] {(byte) (value ? 1 : 0)}));
  }

  public StreamRequest int32(String name, int value) {
    return add(name, "INT32", 1, buffer(Integer.BYTES).putInt(value).flip());
  }

  /** An unsigned number. */
  public StreamRequest uint64(String name, long value) {
    return add(name, "UINT64", 1, buffer(Long.BYTES).putLong(value).flip());
  }

  public StreamRequest fp32(String name, double value) {
    return add(name, "FP32", 1, buffer(Float.BYTES).putFloat((float) value).flip());
  }

  /** An output that is wanted; without any, all are. */
  public StreamRequest output(String name) {
    message.addOutputsBuilder().setName(name);
    return this;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private StreamRequest add(String name, String type, int values, ByteBuffer content) {
    var input = message.addInputsBuilder().setName(name).setDatatype(type);
    if (batched) {
      input.addShape(1);
    }
    input.addShape(values);
    message.addRawInputContents(UnsafeByteOperations.unsafeWrap(content));
    return this;
  }

  /**
   * @param id comes back with every answer
   */
  ModelInferRequest message(String id) {
    InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
    return message.clone().setId(id).putParameters(EMPTY_FINAL, yes).build();
  }
}
