package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.inference.InferParameter;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelMetadataResponse;
import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.fuzz.MutatedBytes;
import dev.sluice.serving.fuzz.RandomMessage;
import dev.sluice.serving.inference.fake.FakeModel;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Model servers that answer anything: what is read keeps its promises, or it is a failure. */
class AnswerFuzzTest {

  private static final List<String> TYPES = List.of("FP32", "FP16", "BF16", "INT64", "BYTES", "");
  private static final long[] LENGTHS = {
    0, 1, 2, 3, 4, -1, 1 << 16, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE
  };
  private static final String ID = "1";
  private static final String MARK = "<said>"; // no word of ours, as a random text may be
  private static final ModelServerConfig CONFIG =
      ModelServerConfig.read(new Settings(Map.of()), "SLUICE_TEST_", "embed", "embedding", "");

  @BeforeAll
  static void silenceWhatWouldBeLoggedOfEach() {
    if (LoggerFactory.getLogger(StreamFailure.class) instanceof Logger logger) {
      logger.setLevel(Level.OFF);
    }
  }

  @Test
  void aTensorHasTheShapeThatWasAskedForOrIsAFailure() {
    Fuzz.run("answers of encoders", 3_000, AnswerFuzzTest::tensor);
  }

  @Test
  void anAnswerOfAStreamIsReadOrIsAFailure() {
    Fuzz.run("answers of streams", 3_000, AnswerFuzzTest::streamAnswer);
  }

  @Test
  void aModelsDescriptionFitsOrSaysWhatDoesNot() {
    Fuzz.run("descriptions of models", 1_500, AnswerFuzzTest::description);
  }

  @Test
  void whateverAServerSaysOfItsFailureIsAFailure() {
    Fuzz.run("failures of model servers", 1_000, AnswerFuzzTest::failure);
  }

  static void tensor(Random random) {
    List<Long> shape = random.nextBoolean() ? List.of(2L, 4L) : List.of(2L, Inference.ANY, 4L);
    Inference asked = new Inference("embed", List.of(), "embedding", shape);
    ModelInferResponse response = mutated(random, response(random, shape));
    try {
      Tensor tensor = Answer.read(response, asked, ID);
      assertThat(tensor.shape()).hasSize(shape.size());
      assertThat(Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact))
          .isEqualTo(tensor.values().length);
      for (int i = 0; i < shape.size(); i++) {
        assertThat(shape.get(i)).isIn(Inference.ANY, tensor.shape()[i]);
      }
      for (float value : tensor.values()) {
        assertThat(Float.isFinite(value)).isTrue();
      }
    } catch (Failure.Internal broken) {
      assertThat(broken.text()).doesNotContain("\n");
    }
  }

  private static ModelInferResponse response(Random random, List<Long> asked) {
    var response = ModelInferResponse.newBuilder().setId(random.nextInt(9) == 0 ? "2" : ID);
    for (int i = random.nextInt(8) == 0 ? 2 : 1; i > 0; i--) {
      String type = TYPES.get(random.nextInt(random.nextInt(3) == 0 ? TYPES.size() : 3));
      var output =
          response
              .addOutputsBuilder()
              .setName(random.nextInt(9) == 0 ? HostileText.of(random) : "embedding")
              .setDatatype(type);
      int values = 1;
      for (long length : asked) {
        boolean other = random.nextInt(12) == 0;
        long said = other ? LENGTHS[random.nextInt(LENGTHS.length)] : length < 0 ? 3 : length;
        output.addShape(said);
        values *= Math.clamp(said, 0, 4);
      }
      int width = type.equals("FP32") ? Float.BYTES : Short.BYTES;
      response.addRawOutputContents(content(random, values * width));
    }
    return response.build();
  }

  private static ByteString content(Random random, int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    if (random.nextInt(3) > 0) { // small numbers
      for (int i = 3; i < bytes; i += 4) {
        content[i] = 0x3e;
        content[i - 2] = 0x3e;
      }
    }
    return ByteString.copyFrom(random.nextInt(8) == 0 ? MutatedBytes.of(random, content) : content);
  }

  private static ModelInferResponse mutated(Random random, ModelInferResponse response) {
    if (random.nextInt(3) > 0) {
      return response;
    }
    try {
      return ModelInferResponse.parseFrom(MutatedBytes.of(random, response.toByteArray()));
    } catch (InvalidProtocolBufferException e) {
      return response;
    }
  }

  static void streamAnswer(Random random) {
    ModelInferResponse response = mutated(random, streamResponse(random));
    try {
      StreamAnswer answer = StreamAnswer.of(response);
      answer.isLast();
      answer
          .text("text_output")
          .ifPresent(
              text -> assertThat(text.size()).isLessThanOrEqualTo(response.getSerializedSize()));
      answer.count("num_output_tokens").ifPresent(count -> assertThat(count).isNotNegative());
      answer.count("text_output").ifPresent(count -> assertThat(count).isNotNegative());
    } catch (Failure.Internal broken) {
      assertThat(broken.text()).doesNotContain("\n");
    }
  }

  private static ModelInferResponse streamResponse(Random random) {
    var response = ModelInferResponse.newBuilder();
    byte[] text = HostileText.of(random).getBytes(StandardCharsets.UTF_8);
    byte[] length = {(byte) text.length, (byte) (text.length >> 8), 0, 0};
    ByteString content = ByteString.copyFrom(length).concat(ByteString.copyFrom(text));
    output(random, response, "text_output", "BYTES", content.toByteArray());
    byte[] count = new byte[random.nextBoolean() ? 4 : 8];
    count[0] = (byte) random.nextInt(256);
    count[count.length - 1] = (byte) (random.nextInt(4) == 0 ? 0x80 : 0);
    String type = count.length == 4 ? "UINT32" : "INT64";
    output(random, response, "num_output_tokens", type, count);
    response.putParameters("triton_final_response", parameter(random));
    return response.build();
  }

  private static void output(
      Random random,
      ModelInferResponse.Builder response,
      String name,
      String type,
      byte[] content) {
    String other = TYPES.get(random.nextInt(TYPES.size()));
    response.addOutputsBuilder().setName(name).setDatatype(random.nextInt(8) == 0 ? other : type);
    if (random.nextInt(16) > 0) {
      byte[] sent = random.nextInt(4) == 0 ? MutatedBytes.of(random, content) : content;
      response.addRawOutputContents(ByteString.copyFrom(sent));
    }
  }

  private static InferParameter parameter(Random random) {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    return switch (random.nextInt(3)) {
      case 0 -> parameter.setBoolParam(random.nextBoolean()).build();
      case 1 -> parameter.setStringParam(HostileText.of(random)).build();
      default -> parameter.build();
    };
  }

  static void description(Random random) throws InvalidProtocolBufferException {
    ModelDescription said =
        random.nextBoolean()
            ? ModelDescription.of(config(random))
            : ModelDescription.of(
                ModelMetadataResponse.parseFrom(
                    new RandomMessage(random, NAMES)
                        .of(ModelMetadataResponse.getDescriptor())
                        .toByteArray()));
    try {
      EncoderContract contract = EncoderContract.of(said, CONFIG);
      assertThat(contract.width()).isPositive();
      assertThat(contract.inputs()).hasSizeGreaterThanOrEqualTo(2);
    } catch (ConfigurationException misfit) {
      assertThat(misfit).hasMessageStartingWith("model embed: ");
    }
  }

  private static final Map<String, List<String>> NAMES =
      Map.of(
          "name", List.of("input_ids", "attention_mask", "token_type_ids", "embedding"),
          "datatype", List.of("INT64", "INT32", "FP32", "FP16"));

  private static ModelConfig config(Random random) {
    if (random.nextInt(3) == 0) {
      var config = FakeModel.EMBED.config().toBuilder();
      config.getOutputBuilder(0).setDims(0, LENGTHS[random.nextInt(LENGTHS.length)]);
      config.setMaxBatchSize(random.nextInt(3) * 1024);
      return config.build();
    }
    byte[] fitting = FakeModel.EMBED.config().toByteArray();
    try {
      return ModelConfig.parseFrom(MutatedBytes.of(random, fitting));
    } catch (InvalidProtocolBufferException e) {
      return FakeModel.EMBED.config();
    }
  }

  static void failure(Random random) {
    List<Code> failures = List.copyOf(EnumSet.complementOf(EnumSet.of(Code.OK)));
    Code code = failures.get(random.nextInt(failures.size()));
    String text = random.nextInt(5) == 0 ? null : MARK + HostileText.of(random) + MARK;
    Status status = code.toStatus().withDescription(text);
    RuntimeException unary = ModelServerFailure.of(status.asRuntimeException());
    assertThat(unary).isInstanceOfAny(Failure.class, ModelMemoryException.class);
    Failure streamed = StreamFailure.told("here", text == null ? "" : text);
    assertThat(streamed.text()).doesNotContain(MARK);
  }
}
