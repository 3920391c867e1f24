package dev.sluice.generate.triton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.inference.fake.FakeAnswer;
import dev.sluice.serving.inference.fake.FakeStream;
import dev.sluice.serving.inference.fake.FakeStreamServer;
import dev.sluice.serving.inference.fake.LlmConfig;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Deadline;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of Triton's streams over sockets, before a server that answers anything. */
class TritonFuzzIT {

  private static final List<String> OUTPUTS =
      List.of("text_output", "finish_reason", "num_input_tokens", "num_output_tokens", "other");
  private static final int[] COUNTS = {0, 1, 7, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
  private static final GenerateRequest QUESTION =
      GenerateRequest.newBuilder()
          .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent("Why?"))
          .addStop("END")
          .build();

  @TempDir private Path directory;

  @Test
  void answersOfAnyKindAreATextOrAFailureThatSaysWhoseFaultItIs() throws Exception {
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    try (FakeStreamServer server = FakeStreamServer.start((request, stream) -> {})) {
      server.config(LlmConfig.vllm());
      Map<String, String> settings =
          Map.of(
              "T_TRITON_TARGETS",
              server.target(),
              "T_MODEL_NAME",
              "llm",
              "T_DIALECT",
              "VLLM",
              "T_TOKENIZER_DIRECTORY",
              directory.toString());
      try (var model =
          TritonModel.start(
              TritonConfig.read(new Settings(settings), "T_"), ChannelSecurity.NONE)) {
        Fuzz.run("streams of Triton over sockets", 200, random -> ask(server, model, random));
      }
    }
  }

  private static void ask(FakeStreamServer server, TritonModel model, Random random) {
    server.script((request, stream) -> play(random, request, stream));
    var sink = new RecordedSink();
    try {
      Completion completion = model.generate(QUESTION, sink, Deadline.after(2, TimeUnit.MINUTES));
      assertThat(completion.usage().getPromptTokenCount()).isNotNegative();
      assertThat(completion.usage().getCompletionTokenCount()).isNotNegative();
      assertThat(sink.text()).doesNotContain("END");
    } catch (Failure said) {
      assertThat(said)
          .isInstanceOfAny(
              Failure.Internal.class,
              Failure.Unavailable.class,
              Failure.Overloaded.class,
              Failure.DeadlineExceeded.class,
              Failure.InvalidInput.class);
      assertThat(said.text()).isNotBlank().doesNotContain("\n");
    }
  }

  private static void play(Random random, ModelInferRequest request, FakeStream stream)
      throws InterruptedException {
    for (int i = random.nextInt(6); i > 0; i--) {
      stream.send(answer(random, FakeAnswer.to(request)));
    }
    switch (random.nextInt(8)) {
      case 0 -> stream.error("x" + HostileText.of(random));
      case 1 -> stream.fail(Status.fromCodeValue(1 + random.nextInt(16)));
      case 2 -> {}
      default -> stream.send(answer(random, FakeAnswer.last(request)));
    }
  }

  private static FakeAnswer answer(Random random, FakeAnswer answer) {
    if (random.nextInt(20) == 0) {
      answer.withId(HostileText.of(random));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = OUTPUTS.get(random.nextInt(OUTPUTS.size()));
      switch (random.nextInt(random.nextInt(4) == 0 ? 6 : 3)) {
        case 0, 1 ->
            answer.text(name.startsWith("num") ? "text_output" : name, HostileText.of(random));
        case 2 ->
            answer.uint32(
                name.startsWith("num") ? name : "num_output_tokens",
                COUNTS[random.nextInt(COUNTS.length)]);
        case 3 -> answer.hollow(name);
        case 4 -> answer.output(name, "BYTES", List.of(-1L), bytes(random));
        default -> answer.output(name, "FP32", List.of(1L, Long.MAX_VALUE), bytes(random));
      }
    }
    return answer;
  }

  /** Positioned behind its content. */
  private static ByteBuffer bytes(Random random) {
    byte[] content = new byte[random.nextInt(12)];
    random.nextBytes(content);
    return ByteBuffer.allocate(content.length).put(content);
  }
}
