package dev.sluice.generate.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ResponseFormat;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.generate.v1.Tool;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelInferRequest.InferInputTensor;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.fake.FakeAnswer;
import dev.sluice.serving.inference.fake.FakeStreamServer;
import dev.sluice.serving.inference.fake.LlmConfig;
import dev.sluice.serving.inference.fake.StreamScript;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Deadline;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The model in its dialects against a server that streams by scripts, over real sockets. */
@Timeout(60)
class TritonModelIT {

  private static final GenerateRequest QUESTION = request("Why?").build();

  @TempDir private Path directory;
  private final RecordedSink sink = new RecordedSink();
  private final FakeStreamServer server = FakeStreamServer.start((request, stream) -> {});
  private @Nullable TritonModel model;
  private volatile ModelInferRequest asked = ModelInferRequest.getDefaultInstance();

  @BeforeEach
  void template() throws IOException {
    Files.writeString(
        directory.resolve("chat_template.jinja"),
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>");
  }

  @AfterEach
  void close() {
    if (model != null) {
      model.close();
    }
    server.close();
  }

  private static GenerateRequest.Builder request(String question) {
    return GenerateRequest.newBuilder()
        .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(question));
  }

  private TritonModel model(DialectName dialect, String... settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("T_TRITON_TARGETS", server.target());
    environment.put("T_MODEL_NAME", "llm");
    environment.put("T_DIALECT", dialect.name());
    environment.put("T_TOKENIZER_DIRECTORY", directory.toString());
    for (int i = 0; i < settings.length; i += 2) {
      environment.put("T_" + settings[i], settings[i + 1]);
    }
    server.config(
        switch (dialect) {
          case VLLM -> LlmConfig.vllm();
          case TRTLLM -> LlmConfig.ensemble();
          case TRTLLM_LLMAPI -> LlmConfig.llmApi();
        });
    model =
        TritonModel.start(TritonConfig.read(new Settings(environment), "T_"), ChannelSecurity.NONE);
    return model;
  }

  private void script(StreamScript script) {
    server.script((request, stream) -> {
      asked = request;
      script.play(request, stream);
    });
  }

  private Completion generate(TritonModel asked, GenerateRequest request) {
    return asked.generate(request, sink, Deadline.after(30, TimeUnit.SECONDS));
  }

  private static FakeAnswer word(ModelInferRequest request, String text) {
    return FakeAnswer.to(request).text("text_output", text);
  }

  private static StreamScript words(String... words) {
    return (request, stream) -> {
      for (String word : words) {
        stream.send(word(request, word));
      }
      stream.send(FakeAnswer.last(request));
    };
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** An input of the request that came: its bytes as text, without the length in front. */
  private String text(String name) {
    return content(name).substring(Integer.BYTES).toStringUtf8();
  }

  private ByteString content(String name) {
    return asked.getRawInputContents(names().indexOf(name));
  }

  private List<String> names() {
    return asked.getInputsList().stream().map(InferInputTensor::getName).toList();
  }

  @Test
  void vllmIsAskedForAStreamOfTheNewTextOnly() {
    script(words("Be", "cause"));
    generate(
        model(DialectName.VLLM),
        QUESTION.toBuilder()
            .setMaxTokens(7)
            .addStop("END")
            .setSampling(Sampling.newBuilder().setTemperature(0).setTopP(0.5).setSeed(3))
            .build());
    assertThat(sink.pieces).containsExactly("Be", "cause");
    assertThat(text("text_input")).isEqualTo("<user>Why?<assistant>");
    assertThat(text("sampling_parameters"))
        .isEqualTo(
            "{\"max_tokens\":7,\"temperature\":0.0,\"top_p\":0.5,\"seed\":3,\"stop\":[\"END\"]}");
    for (String flag : List.of("stream", "exclude_input_in_output", "return_finish_reason")) {
      assertThat(content(flag).toByteArray()).containsExactly(1);
    }
    assertThat(asked.getInputsList()).allMatch(input -> input.getShapeList().equals(List.of(1L)));
  }

  @Test
  void vllmSaysWhyItEndsAndCounts() {
    script((request, stream) -> {
      stream.send(
          word(request, "Be")
              .text("finish_reason", "None")
              .uint32("num_input_tokens", 9)
              .uint32("num_output_tokens", 1, 1L));
      stream.send(
          FakeAnswer.last(request)
              .text("text_output", "cause")
              .text("finish_reason", "length")
              .uint32("num_input_tokens", 9)
              .uint32("num_output_tokens", 2, 1L));
    });
    Completion completion = generate(model(DialectName.VLLM), QUESTION);
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(completion.usage().getPromptTokenCount()).isEqualTo(9);
    assertThat(completion.usage().getCompletionTokenCount()).isEqualTo(3);
    assertThat(sink.text()).isEqualTo("Because");
  }

  @Test
  void aJsonSchemaGuidesVllmAsJsonWithinJson() throws Exception {
    script(words("{}"));
    generate(model(DialectName.VLLM), schema("{\"type\":\"object\",\"minProperties\":1}"));
    assertThat(text("sampling_parameters"))
        .isEqualTo(
            "{\"max_tokens\":1024,\"guided_decoding\":"
                + "\"{\\\"json\\\":{\\\"type\\\":\\\"object\\\",\\\"minProperties\\\":1}}\"}");
  }

  private static GenerateRequest schema(String json) throws Exception {
    Struct.Builder schema = Struct.newBuilder();
    JsonFormat.parser().merge(json, schema);
    return QUESTION.toBuilder()
        .setResponseFormat(ResponseFormat.newBuilder().setJsonSchema(schema))
        .build();
  }

  @Test
  void trtllmIsAskedTensorByTensorWithABatchAxis() throws Exception {
    script((request, stream) -> {
      stream.send(
          word(request, "Be").int32("num_input_tokens", 9, 1L, 1L).int32("num_output_tokens", 1));
      stream.send(FakeAnswer.last(request));
    });
    Completion completion =
        generate(
            model(DialectName.TRTLLM),
            schema("{}").toBuilder()
                .setMaxTokens(258)
                .addAllStop(List.of("ab", "c"))
                .setSampling(Sampling.newBuilder().setTemperature(0.5).setPresencePenalty(1))
                .build());
    assertThat(content("max_tokens").toByteArray()).containsExactly(2, 1, 0, 0);
    assertThat(content("stop_words").toByteArray())
        .containsExactly(2, 0, 0, 0, 'a', 'b', 1, 0, 0, 0, 'c');
    assertThat(content("temperature").toByteArray()).containsExactly(0, 0, 0, 0x3F);
    assertThat(content("top_p").toByteArray()).containsExactly(0, 0, 0x80, 0x3F);
    assertThat(text("guided_decoding_guide_type")).isEqualTo("json_schema");
    assertThat(text("guided_decoding_guide")).isEqualTo("{}");
    assertThat(asked.getInputsList()).allMatch(input -> input.getShape(0) == 1);
    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(completion.usage().getPromptTokenCount()).isEqualTo(9);
  }

  @Test
  void whereTheServerGivesNoReasonTheNumberOfTokensTells() {
    script(words("a", "b"));
    Completion completion =
        generate(model(DialectName.TRTLLM), QUESTION.toBuilder().setMaxTokens(2).build());
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(completion.usage().getCompletionTokenCount()).isEqualTo(2);
  }

  @Test
  void theLlmApiSendsAllOfTheTextEachTime() {
    script((request, stream) -> {
      stream.send(word(request, "Be"));
      stream.send(word(request, "Because \uFFFD"));
      stream.send(
          FakeAnswer.last(request).text("text_output", "Because 🎈").text("finish_reason", "stop"));
    });
    Completion completion =
        generate(
            model(DialectName.TRTLLM_LLMAPI),
            QUESTION.toBuilder()
                .addStop("x")
                .setSampling(Sampling.newBuilder().setTemperature(0))
                .build());
    assertThat(sink.pieces).containsExactly("Be", "cause ", "🎈");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(names())
        .containsExactlyInAnyOrder(
            "text_input",
            "streaming",
            "sampling_param_max_tokens",
            "sampling_param_exclude_input_from_output",
            "return_finish_reason",
            "sampling_param_stop",
            "sampling_param_top_k");
  }

  @Test
  void theTextModeCanBeSaidToBeAnother() {
    script(words("a", "ab"));
    generate(model(DialectName.TRTLLM, "TEXT_MODE", "cumulative"), QUESTION);
    assertThat(sink.pieces).containsExactly("a", "b");
  }

  @Test
  void charactersPartedBetweenAnswersArePutTogether() {
    byte[] balloon = "🎈".getBytes(StandardCharsets.UTF_8);
    script((request, stream) -> {
      stream.send(FakeAnswer.to(request).text("text_output", Arrays.copyOfRange(balloon, 0, 3)));
      stream.send(FakeAnswer.to(request).text("text_output", Arrays.copyOfRange(balloon, 3, 4)));
      stream.send(FakeAnswer.last(request).text("text_output", Arrays.copyOfRange(balloon, 0, 2)));
    });
    generate(model(DialectName.VLLM), QUESTION);
    assertThat(sink.pieces).containsExactly("🎈", "\uFFFD");
  }

  @Test
  void aStopTextEndsTheTextAndTheStream() throws Exception {
    script((request, stream) -> {
      stream.send(word(request, "One E"));
      stream.send(word(request, "ND two"));
      stream.awaitCancelled();
    });
    Completion completion =
        generate(model(DialectName.VLLM), QUESTION.toBuilder().addStop("END").build());
    assertThat(sink.pieces).containsExactly("One ");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    await(() -> server.cancelled() == 1);
  }

  @Test
  void aReaderThatGoesAwayStopsTheServer() throws Exception {
    script((request, stream) -> {
      stream.send(word(request, "One"));
      stream.awaitCancelled();
    });
    var gone = new GoneReader();
    TritonModel vllm = model(DialectName.VLLM);
    assertThatThrownBy(() -> vllm.generate(QUESTION, gone, Deadline.after(30, TimeUnit.SECONDS)))
        .isInstanceOf(Failure.Cancelled.class);
    await(() -> server.cancelled() == 1);
  }

  @Test
  void documentsStandInThePrompt() {
    script(words("a"));
    generate(
        model(DialectName.VLLM),
        QUESTION.toBuilder()
            .addDocuments(GroundingDocument.newBuilder().setText("The sky is blue."))
            .build());
    assertThat(text("text_input"))
        .startsWith("<system>")
        .contains("passage 1\nThe sky is blue.\n")
        .endsWith("\nWhy?<assistant>");
  }

  @ParameterizedTest
  @EnumSource(DialectName.class)
  void whatTheServerCannotDoIsRefusedBeforeItIsAsked(DialectName dialect) throws Exception {
    TritonModel refusing = model(dialect);
    GenerateRequest tools = QUESTION.toBuilder().addTools(Tool.newBuilder().setName("f")).build();
    GenerateRequest result =
        QUESTION.toBuilder()
            .addMessages(Message.newBuilder().setRole(Message.Role.TOOL).setContent("4"))
            .build();
    assertThatThrownBy(() -> generate(refusing, tools)).isInstanceOf(Failure.Unimplemented.class);
    assertThatThrownBy(() -> generate(refusing, result)).isInstanceOf(Failure.Unimplemented.class);
    if (dialect == DialectName.TRTLLM_LLMAPI) {
      assertThatThrownBy(() -> generate(refusing, schema("{}")))
          .isInstanceOf(Failure.Unimplemented.class);
    }
    assertThat(server.streams()).isEmpty();
  }

  static Stream<StreamScript> givenUp() {
    return Stream.of(
        (request, stream) -> stream.send(word(request, "a").text("finish_reason", "abort")),
        (request, stream) -> stream.fail(Status.UNAVAILABLE),
        (request, stream) -> stream.error("Server is stopping"));
  }

  @ParameterizedTest
  @MethodSource("givenUp")
  void aTextThatTheServerGivesUpIsNotCalledComplete(StreamScript script) {
    script(script);
    TritonModel vllm = model(DialectName.VLLM);
    assertThatThrownBy(() -> generate(vllm, QUESTION)).isInstanceOf(Failure.Unavailable.class);
  }

  static Stream<StreamScript> lies() {
    return Stream.of(
        (request, stream) -> stream.send(word(request, "a").withId("other")),
        (request, stream) -> stream.send(FakeAnswer.to(request).int32("text_output", 1)),
        (request, stream) -> stream.send(word(request, "a").text("num_output_tokens", "1")),
        (request, stream) -> stream.send(word(request, "a").int32("finish_reason", 1)),
        (request, stream) -> {});
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLyingServerIsNotBelieved(StreamScript lie) {
    script(lie);
    TritonModel vllm = model(DialectName.VLLM);
    assertThatThrownBy(() -> generate(vllm, QUESTION)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void theModelDeclaresItsAdmissionAndIdentity() {
    TritonModel vllm = model(DialectName.VLLM, "MAX_STREAMS", "3", "MODEL_REVISION", "r1");
    assertThat(vllm.admission().orElseThrow().maxStreams()).isEqualTo(3);
    assertThat(vllm.name()).isEqualTo("llm");
    assertThat(vllm.fingerprint()).hasSize(64);
  }

  private static final class GoneReader implements EventSink {
    @Override
    public void text(String delta) {
      throw new Failure.Cancelled();
    }

    @Override
    public void quote(int documentIndex, String words, int answerStart, int answerEnd) {}

    @Override
    public void toolCall(String id, String name, String arguments) {}
  }

  @Test
  void countsOfTokensThatNoTextHasDoNotOverflow() {
    script((request, stream) -> {
      stream.send(FakeAnswer.to(request).int32("num_output_tokens", Integer.MAX_VALUE, 1L));
      stream.send(FakeAnswer.last(request).int32("num_output_tokens", Integer.MAX_VALUE, 1L));
    });
    assertThat(generate(model(DialectName.VLLM), QUESTION).usage().getCompletionTokenCount())
        .isEqualTo(Integer.MAX_VALUE);
  }
}
