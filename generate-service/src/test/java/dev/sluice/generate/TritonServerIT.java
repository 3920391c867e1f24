package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.inference.fake.FakeAnswer;
import dev.sluice.serving.inference.fake.FakeStreamServer;
import dev.sluice.serving.inference.fake.StreamScript;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole server with its model on a Triton server, over loopback on both sides. */
@Timeout(60)
class TritonServerIT {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final GenerateRequest QUESTION = ask("Well?").build();

  @TempDir private Path directory;
  private final FakeStreamServer triton = FakeStreamServer.start(flood(64 * MIB));
  private ServiceServer server;
  private ManagedChannel channel;

  /** Writes this many bytes, in pieces of a KiB of text. */
  private static StreamScript flood(int bytes) {
    String text = "x".repeat(KIB);
    return (request, stream) -> {
      for (int i = 0; i < bytes / KIB; i++) {
        stream.send(FakeAnswer.to(request).text("text_output", text));
      }
    };
  }

  @BeforeEach
  void start() throws Exception {
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    Settings settings =
        new Settings(
            Map.of(
                "SLUICE_GENERATE_PORT",
                "0",
                "SLUICE_GENERATE_MANAGEMENT_PORT",
                "0",
                "SLUICE_GENERATE_TRITON_TARGETS",
                triton.target(),
                "SLUICE_GENERATE_BACKEND",
                "triton",
                "SLUICE_GENERATE_MODEL_NAME",
                "llm",
                "SLUICE_GENERATE_TOKENIZER_DIRECTORY",
                directory.toString()));
    GenerateConfig config = GenerateConfig.read(settings);
    settings.finish();
    server = GenerateServer.start(config);
    channel = Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    triton.close();
    server.close();
  }

  private PacedReader read(int events) {
    var reader = new PacedReader();
    GenerateServiceGrpc.newStub(channel)
        .withDeadlineAfter(50, TimeUnit.SECONDS)
        .generate(QUESTION, reader);
    reader.request(events);
    return reader;
  }

  private Conversation readAll() throws Exception {
    return Conversation.read(
        QUESTION,
        GenerateServiceGrpc.newBlockingV2Stub(channel)
            .withDeadlineAfter(50, TimeUnit.SECONDS)
            .generate(QUESTION));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Test
  void aSlowReaderSlowsTritonDownAndNoOtherReader() throws Exception {
    PacedReader slow = read(3);
    assertThat(slow.awaitFirst()).isTrue();
    triton.script(flood(8 * MIB));
    assertThat(readAll().text()).hasSize(8 * MIB);
    // The windows of both connections: a MiB of the reader's own, 64 KiB of this service's.
    assertThat(triton.streams().getFirst().written()).isLessThan(2 * MIB);
    slow.cancel();
    await(() -> triton.cancelled() == 1);
  }

  @Test
  void aReaderThatGoesAwayIsToldToTriton() throws Exception {
    PacedReader gone = read(1);
    assertThat(gone.awaitFirst()).isTrue();
    gone.cancel();
    await(() -> triton.cancelled() == 1);
  }

  @Test
  void theServiceIsReadyWhileTheModelIs() throws Exception {
    await(this::isServing);
    triton.ready(false);
    await(() -> !isServing());
    triton.ready(true);
    await(this::isServing);
  }

  private boolean isServing() {
    return HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus()
        == ServingStatus.SERVING;
  }
}
