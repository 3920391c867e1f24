package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.QUESTION;
import static dev.sluice.generate.openai.Requests.config;
import static dev.sluice.generate.openai.Requests.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.network.FreePort;
import dev.sluice.serving.tls.ChannelTls;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The model over llama.cpp's server, which nobody here wrote, with a tiny model of random weights:
 * what it says is nonsense, how it streams is real. {@code -Preal-openai}; the first run builds the
 * server. It writes one text at a time, and streams without counting tokens.
 */
@EnabledIfSystemProperty(named = "sluice.real.openai", matches = "true")
@Timeout(120)
class RealOpenAiServerIT {

  private static final String KEY = "real-key";
  private static final int LONG = 16_000;

  /** The same text each time. */
  private static final GenerateRequest GREEDY =
      QUESTION.toBuilder()
          .setMaxTokens(24)
          .setSampling(Sampling.newBuilder().setTemperature(0).setSeed(1))
          .build();

  @TempDir private static Path directory;
  private static Path log;
  private static String base;
  private static Process server;
  private static OpenAiModel model;

  private final RecordingSink sink = new RecordingSink();

  @BeforeAll
  @Timeout(1800)
  static void start() throws IOException {
    int port = FreePort.any();
    log = directory.resolve("server.log");
    base = "http://127.0.0.1:" + port + "/v1";
    server =
        new ProcessBuilder("src/test/openai/serve.sh", Integer.toString(port), KEY)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    model =
        OpenAiModel.start(
            config(base, "API_KEY_FILE", keyFile(KEY), "START_TIMEOUT", "25m"), ChannelTls.NONE);
  }

  private static String keyFile(String key) throws IOException {
    return Files.writeString(directory.resolve(key), key).toString();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.descendants().forEach(ProcessHandle::destroy); // a build that goes on
    server.destroy();
    server.waitFor();
    model.close();
  }

  private Completion ask(GenerateRequest request) {
    return model.generate(request, sink, Deadline.after(60, TimeUnit.SECONDS));
  }

  @Test
  void theBoundOfTokensEndsATextOfManyDeltas() {
    Completion completion = ask(GREEDY);
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(sink.deltas).hasSizeBetween(2, 24);
    assertThat(completion.usage().getCompletionTokenCount()).isEqualTo(sink.deltas.size());
  }

  @Test
  void aStopTextEndsTheTextAndIsNoPartOfIt() {
    ask(GREEDY);
    String whole = sink.text();
    String stop = sink.deltas.get(2);
    sink.deltas.clear();
    assertThat(ask(GREEDY.toBuilder().addStop(stop).build()).finishReason())
        .isEqualTo(FinishReason.STOP);
    assertThat(sink.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherAnother() {
    assertThat(sampled(7)).isEqualTo(sampled(7)).isNotEqualTo(sampled(8));
  }

  private String sampled(long seed) {
    sink.deltas.clear();
    ask(
        GREEDY.toBuilder()
            .setSampling(Sampling.newBuilder().setTemperature(2).setTopK(200).setSeed(seed))
            .build());
    return sink.text();
  }

  @Test
  void documentsAndAConversationAreTaken() {
    GenerateRequest request =
        GREEDY.toBuilder()
            .clearMessages()
            .addMessages(message(Message.Role.SYSTEM, "Be brief."))
            .addMessages(message(Message.Role.USER, "Who?"))
            .addMessages(message(Message.Role.ASSISTANT, "You."))
            .addMessages(message(Message.Role.USER, "And the gr\u00fc\u00dfe \ud83c\udf5e?"))
            .addDocuments(GroundingDocument.newBuilder().setTitle("T").setText("It is so."))
            .build();
    assertThat(ask(request).finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aCancelledTextIsWrittenNoFurther() throws Exception {
    GenerateRequest endless = QUESTION.toBuilder().setMaxTokens(LONG).build();
    CancellableContext caller = Context.ROOT.withCancellation();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completion> call = threads.submit(caller.wrap(() -> ask(endless)));
      assertThat(sink.first().await(30, TimeUnit.SECONDS)).isTrue();
      caller.cancel(null);
      assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
    }
    while (!Files.readString(log).contains("Disconnected from client")) {
      Thread.onSpinWait();
    }
    assertThat(sink.deltas).hasSizeLessThan(LONG / 2);
    // It writes one text at a time, so this one would wait for the other.
    assertThat(ask(GREEDY).finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aPromptThatIsTooLongFails() {
    GenerateRequest tooLong =
        QUESTION.toBuilder()
            .setMessages(0, message(Message.Role.USER, "x".repeat(2 * LONG)))
            .build();
    // Where it streams, this server begins an answer and breaks it off without a word.
    assertThatThrownBy(() -> ask(tooLong))
        .asInstanceOf(type(Failure.Unavailable.class))
        .extracting(Failure.Unavailable::reason)
        .isEqualTo("MODEL_BROKE_OFF");
    assertThat(ask(GREEDY).finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void anotherModelOrKeyStopsTheStart() throws IOException {
    String right = keyFile(KEY);
    assertThatThrownBy(() ->
            OpenAiModel.start(
                config(base, "API_KEY_FILE", right, "MODEL_NAME", "huge"), ChannelTls.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("SLUICE_T_MODEL_NAME", "huge", "tiny");
    String wrong = keyFile("wrong-key");
    assertThatThrownBy(
            () -> OpenAiModel.start(config(base, "API_KEY_FILE", wrong), ChannelTls.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SLUICE_T_API_KEY_FILE");
  }

  @Test
  void aKeyThatIsRevokedIsRefused(@TempDir Path keys) throws IOException {
    Path file = Files.writeString(keys.resolve("key"), KEY);
    try (var second =
        OpenAiModel.start(config(base, "API_KEY_FILE", file.toString()), ChannelTls.NONE)) {
      Files.writeString(file, "another-key");
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      assertThatThrownBy(() -> second.generate(GREEDY, sink, Deadline.after(60, TimeUnit.SECONDS)))
          .asInstanceOf(type(Failure.Unavailable.class))
          .extracting(Failure.Unavailable::reason)
          .isEqualTo("MODEL_REFUSED");
    }
  }
}
