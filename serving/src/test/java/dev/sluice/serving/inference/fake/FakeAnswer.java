package dev.sluice.serving.inference.fake;

import com.google.protobuf.ByteString;
import dev.sluice.inference.InferParameter;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An answer on a stream, put together output by output; it may be as wrong as a test likes. */
public final class FakeAnswer {

  private static final String FINAL = "triton_final_response";

  private final ModelInferResponse.Builder response = ModelInferResponse.newBuilder();

  private FakeAnswer(String id, boolean last) {
    response.setModelName("fake").setId(id);
    response.putParameters(FINAL, InferParameter.newBuilder().setBoolParam(last).build());
  }

  /** An answer that others follow. */
  public static FakeAnswer to(ModelInferRequest request) {
    return new FakeAnswer(request.getId(), false);
  }

  /** The last answer. */
  public static FakeAnswer last(ModelInferRequest request) {
    return new FakeAnswer(request.getId(), true);
  }

  /** One that does not say whether others follow. */
  public FakeAnswer silentAboutTheEnd() {
    response.clearParameters();
    return this;
  }

  public FakeAnswer withId(String id) {
    response.setId(id);
    return this;
  }

  public FakeAnswer text(String name, String text) {
    return text(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A text whose bytes need not be whole characters. */
  public FakeAnswer text(String name, byte[] text) {
    ByteBuffer content = buffer(Integer.BYTES + text.length).putInt(text.length).put(text);
    return output(name, "BYTES", List.of(1L), content);
  }

  public FakeAnswer uint32(String name, int value, Long... shape) {
    return output(name, "UINT32", List.of(shape), buffer(Integer.BYTES).putInt(value));
  }

  public FakeAnswer int32(String name, int value, Long... shape) {
    return output(name, "INT32", List.of(shape), buffer(Integer.BYTES).putInt(value));
  }

  /** Any output at all. */
  public FakeAnswer output(String name, String type, List<Long> shape, ByteBuffer content) {
    response.addOutputsBuilder().setName(name).setDatatype(type).addAllShape(shape);
    response.addRawOutputContents(ByteString.copyFrom(content.flip()));
    return this;
  }

  /** An output without content. */
  public FakeAnswer hollow(String name) {
    response.addOutputsBuilder().setName(name).setDatatype("BYTES").addShape(1);
    return this;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  ModelInferResponse response() {
    return response.build();
  }
}
