package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.ModelInferRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.fake.FakeAnswer;
import dev.sluice.serving.inference.fake.FakeStreamServer;
import dev.sluice.serving.inference.fake.StreamScript;
import dev.sluice.serving.network.Network;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against a server of the protocol that streams and misbehaves, over real sockets. */
@Timeout(60)
class StreamClientIT {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private <C extends AutoCloseable> C own(C resource) {
    opened.add(resource);
    return resource;
  }

  private FakeStreamServer server(StreamScript script) {
    return own(FakeStreamServer.start(script));
  }

  private StreamClient client(FakeStreamServer... servers) {
    return own(
        new StreamClient(
            Stream.of(servers).map(FakeStreamServer::target).toList(), ChannelSecurity.NONE));
  }

  private static StreamRequest request() {
    return StreamRequest.to("llm", false).text("text_input", "Once");
  }

  private static Deadline soon() {
    return Deadline.after(30, TimeUnit.SECONDS);
  }

  private static String readAll(InferenceStream stream) {
    StringBuilder text = new StringBuilder();
    for (var answer = stream.next(); answer.isPresent(); answer = stream.next()) {
      text.append(text(answer.get()));
    }
    return text.toString();
  }

  private static String readAll(StreamClient client) {
    try (InferenceStream stream = client.open(request(), soon())) {
      return readAll(stream);
    }
  }

  private static String text(StreamAnswer answer) {
    return answer.text("text_output").map(bytes -> bytes.toStringUtf8()).orElse("");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
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

  /** Writes this many bytes, in answers of a KiB of text each. */
  private static StreamScript flood(int bytes) {
    String text = "x".repeat(KIB);
    return (request, stream) -> {
      for (int i = 0; i < bytes / KIB; i++) {
        stream.send(word(request, text));
      }
    };
  }

  @Test
  void tensorsArriveAsTheProtocolWantsThem() throws Exception {
    BlockingQueue<ModelInferRequest> seen = new LinkedBlockingQueue<>();
    StreamClient client =
        client(
            server((request, stream) -> {
              seen.add(request);
              stream.send(FakeAnswer.last(request));
            }));
    StreamRequest request =
        StreamRequest.to("llm", true)
            .texts("stop", List.of("é", "ab"))
            .bool("stream", true)
            .int32("max_tokens", 258)
            .uint64("seed", -2)
            .fp32("top_p", 0.5)
            .output("text_output");
    client.open(request, soon()).close();
    ModelInferRequest message = seen.take();
    assertThat(message.getModelName()).isEqualTo("llm");
    assertThat(message.getInputsList()).allMatch(input -> input.getShape(0) == 1);
    assertThat(message.getInputs(0).getShapeList()).containsExactly(1L, 2L);
    assertThat(message.getInputsList())
        .extracting(input -> input.getDatatype())
        .containsExactly("BYTES", "BOOL", "INT32", "UINT64", "FP32");
    assertThat(message.getRawInputContents(0).toByteArray())
        .containsExactly(2, 0, 0, 0, 0xC3, 0xA9, 2, 0, 0, 0, 'a', 'b');
    assertThat(message.getRawInputContents(1).toByteArray()).containsExactly(1);
    assertThat(message.getRawInputContents(2).toByteArray()).containsExactly(2, 1, 0, 0);
    assertThat(message.getRawInputContents(3).byteAt(0)).isEqualTo((byte) -2);
    assertThat(message.getRawInputContents(4).toByteArray()).containsExactly(0, 0, 0, 0x3F);
    assertThat(message.getOutputs(0).getName()).isEqualTo("text_output");
    assertThat(message.getParametersOrThrow("triton_enable_empty_final_response").getBoolParam())
        .isTrue();
  }

  @Test
  void answersAreReadToAnEmptyLastOne() {
    assertThat(readAll(client(server(words("a", "b", "c"))))).isEqualTo("abc");
  }

  @Test
  void theLastAnswerMayBringText() {
    StreamScript script =
        (request, stream) -> {
          stream.send(word(request, "a"));
          stream.send(FakeAnswer.last(request).text("text_output", "b"));
          stream.awaitCancelled();
        };
    assertThat(readAll(client(server(script)))).isEqualTo("ab");
  }

  @Test
  void aStreamThatJustEndsIsComplete() {
    StreamScript script = (request, stream) -> stream.send(word(request, "a").silentAboutTheEnd());
    assertThat(readAll(client(server(script)))).isEqualTo("a");
  }

  @Test
  void countsOfAnyTypeAndShapeAreRead() throws Exception {
    StreamScript script =
        (request, stream) ->
            stream.send(FakeAnswer.last(request).uint32("in", 7).int32("out", 9, 1L, 1L));
    try (InferenceStream stream = client(server(script)).open(request(), soon())) {
      StreamAnswer answer = stream.next().orElseThrow();
      assertThat(answer.count("in")).isEqualTo(OptionalInt.of(7));
      assertThat(answer.count("out")).isEqualTo(OptionalInt.of(9));
      assertThat(answer.count("none")).isEmpty();
      assertThat(answer.text("none")).isEmpty();
      assertThat(stream.next()).isEmpty();
    }
  }

  static Stream<StreamScript> lies() {
    return Stream.of(
        (request, stream) -> stream.send(word(request, "a").withId("another")),
        (request, stream) -> stream.send(word(request, "a").withId("")),
        (request, stream) -> stream.send(FakeAnswer.to(request).hollow("text_output")),
        (request, stream) -> stream.send(FakeAnswer.to(request).int32("text_output", 1, 1L)),
        (request, stream) ->
            stream.send(
                FakeAnswer.to(request)
                    .output(
                        "text_output", "BYTES", List.of(1L), ByteBuffer.allocate(3).position(3))),
        (request, stream) ->
            stream.send(
                FakeAnswer.to(request)
                    .output(
                        "text_output", "BYTES", List.of(2L), ByteBuffer.allocate(8).position(8))),
        (request, stream) -> {});
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLyingServerIsNotBelieved(StreamScript lie) {
    StreamClient client = client(server(lie));
    assertThatThrownBy(() -> readAll(client)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void countsThatAreNoneAreNotBelieved() {
    StreamScript script =
        (request, stream) ->
            stream.send(
                FakeAnswer.last(request)
                    .int32("negative", -1)
                    .text("text", "7")
                    .output("short", "INT64", List.of(1L), ByteBuffer.allocate(4).position(4)));
    try (InferenceStream stream = client(server(script)).open(request(), soon())) {
      StreamAnswer answer = stream.next().orElseThrow();
      for (String name : List.of("negative", "text", "short")) {
        assertThatThrownBy(() -> answer.count(name)).isInstanceOf(Failure.Internal.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Exceeds maximum queue size; Overloaded",
        "Request timeout expired; DeadlineExceeded",
        "Request for unknown model: 'llm' is not found; Unavailable",
        "Server is stopping, scheduler no longer accepting requests; Unavailable",
        "The prompt is longer than the maximum model length of 4096; InvalidInput",
        "Prompt length (5000) exceeds maximum input length (4096); InvalidInput",
        "CUDA error: out of memory; Overloaded",
        "Error generating stream: something; Internal"
      })
  void aMessageInTheStreamIsTranslatedByItsMeaning(String message, String meaning) {
    StreamClient client =
        client(
            server((request, stream) -> {
              stream.send(word(request, "a"));
              stream.error(message);
            }));
    assertThatThrownBy(() -> readAll(client))
        .isInstanceOf(Failure.class)
        .satisfies(thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(meaning))
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain(message));
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Exceeds maximum queue size, Overloaded",
    "UNAVAILABLE, Request timeout expired, DeadlineExceeded",
    "UNAVAILABLE, model is not ready, Unavailable",
    "INVALID_ARGUMENT, longer than the maximum model length, InvalidInput",
    "INVALID_ARGUMENT, unexpected input, Internal",
    "INTERNAL, std::bad_alloc, Overloaded",
    "UNKNOWN, , Internal"
  })
  void aStatusIsTranslatedByItsMeaning(Status.Code code, String message, String meaning) {
    StreamClient client =
        client(server((request, stream) -> stream.fail(code.toStatus().withDescription(message))));
    assertThatThrownBy(() -> readAll(client))
        .isInstanceOf(Failure.class)
        .satisfies(thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(meaning));
  }

  @Test
  void aServerThatGoesAwayInMidStreamIsUnavailable() {
    FakeStreamServer server =
        server((request, stream) -> {
          stream.send(word(request, "a"));
          stream.awaitCancelled();
        });
    try (InferenceStream stream = client(server).open(request(), soon())) {
      assertThat(stream.next()).isPresent();
      server.close();
      assertThatThrownBy(stream::next).isInstanceOf(Failure.Unavailable.class);
    }
  }

  @Test
  void theDeadlineReachesASilentServer() throws Exception {
    FakeStreamServer server = server((request, stream) -> stream.awaitCancelled());
    StreamClient client = client(server);
    assertThatThrownBy(() -> client.open(request(), Deadline.after(100, TimeUnit.MILLISECONDS)))
        .isInstanceOf(Failure.DeadlineExceeded.class);
    await(() -> server.cancelled() == 1);
  }

  @Test
  void aServerThatTricklesOnForeverIsStoppedByTheDeadline() throws Exception {
    FakeStreamServer server =
        server((request, stream) -> {
          while (true) {
            stream.send(word(request, "."));
          }
        });
    try (InferenceStream stream =
        client(server).open(request(), Deadline.after(500, TimeUnit.MILLISECONDS))) {
      assertThatThrownBy(() -> readAll(stream)).isInstanceOf(Failure.DeadlineExceeded.class);
    }
    await(() -> server.cancelled() == 1);
  }

  @Test
  void aCancelledContextReachesTheServer() throws Exception {
    FakeStreamServer server =
        server((request, stream) -> {
          stream.send(word(request, "a"));
          stream.awaitCancelled();
        });
    StreamClient client = client(server);
    try (CancellableContext context = Context.current().withCancellation()) {
      assertThatThrownBy(() ->
              context.call(() -> {
                try (InferenceStream stream = client.open(request(), soon())) {
                  stream.next();
                  context.cancel(null);
                  return stream.next();
                }
              }))
          .isInstanceOf(Failure.Cancelled.class);
    }
    await(() -> server.cancelled() == 1);
  }

  @Test
  void aStreamClosedBeforeItsEndIsCancelledOnTheServer() throws Exception {
    FakeStreamServer server = server(flood(64 * MIB));
    try (InferenceStream stream = client(server).open(request(), soon())) {
      assertThat(stream.next()).isPresent();
    }
    await(() -> server.cancelled() == 1);
    assertThat(server.streams().getFirst().written()).isLessThan(MIB);
  }

  @Test
  void aSlowReaderStopsItsOwnStreamAndNoOther() {
    FakeStreamServer server = server(flood(64 * MIB));
    StreamClient client = client(server);
    try (InferenceStream slow = client.open(request(), soon())) {
      assertThat(slow.next()).isPresent();
      server.script(flood(8 * MIB));
      assertThat(readAll(client)).hasSize(8 * MIB);
      assertThat(server.streams().getFirst().written()).isLessThan(MIB / 2);
      for (int i = 0; i < 1000; i++) {
        assertThat(slow.next()).isPresent();
      }
    }
  }

  @Test
  void streamsSpreadOverReplicas() {
    FakeStreamServer first = server(words("a"));
    FakeStreamServer second = server(words("b"));
    StreamClient client = client(first, second);
    try (InferenceStream one = client.open(request(), soon());
        InferenceStream two = client.open(request(), soon())) {
      assertThat(readAll(one) + readAll(two)).isEqualTo("ab");
    }
  }

  @Test
  void aReplicaThatIsGoneIsPassedOverWithoutTheCallersNotice() {
    FakeStreamServer dead = server(words("a"));
    FakeStreamServer alive = server(words("b"));
    StreamClient client = client(dead, alive);
    dead.close();
    for (int i = 0; i < 5; i++) {
      assertThat(readAll(client)).isEqualTo("b");
    }
    assertThat(alive.streams()).hasSize(5);
  }

  @Test
  void aReplicaThatDrainsIsPassedOverThoughItSaysSoInTheStream() {
    FakeStreamServer draining =
        server((request, stream) ->
            stream.error("Request for unknown model: 'llm' has no available versions"));
    FakeStreamServer alive = server(words("b"));
    StreamClient client = client(draining, alive);
    for (int i = 0; i < 5; i++) {
      assertThat(readAll(client)).isEqualTo("b");
    }
    assertThat(draining.streams()).hasSize(1);
  }

  @Test
  void aServerThatIsBackIsFoundByTheNextStream() {
    FakeStreamServer before = server(words("a"));
    StreamClient client = client(before);
    int port = before.port();
    assertThat(readAll(client)).isEqualTo("a");
    before.close();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> readAll(client)).isInstanceOf(Failure.Unavailable.class);
    }
    own(FakeStreamServer.start(port, words("b")));
    assertThat(readSoon(client)).isEqualTo("b");
  }

  /**
   * Tries again while gRPC is about to note that the last connection failed, which it does after it
   * said so. Its own back-off, which nobody is to wait for, is 800 ms at least.
   */
  private static String readSoon(StreamClient client) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(600);
    while (true) {
      try {
        return readAll(client);
      } catch (Failure.Unavailable stillGone) {
        assertThat(System.nanoTime()).as("time").isLessThan(end);
      }
    }
  }

  @Test
  void anAnswerToNobodyIsNotWaitedForAfterTheEnd() {
    try (InferenceStream stream = client(server(words("a"))).open(request(), soon())) {
      readAll(stream);
      assertThat(stream.next()).isEqualTo(Optional.empty());
    }
  }

  /** Found by fuzzing, as Netty's reports of leaks. */
  @Test
  void whatArrivedUnreadOfAStreamThatIsClosedHoldsNoBuffers() throws Exception {
    FakeStreamServer server =
        server((request, stream) -> {
          for (int i = 0; i < 3; i++) {
            stream.send(FakeAnswer.to(request).text("text_output", "x".repeat(16 * KIB)));
          }
          stream.awaitCancelled();
        });
    StreamClient client = client(server);
    long before = Network.buffers().pinnedDirectMemory();
    for (int i = 0; i < 200; i++) {
      client.open(request(), soon()).close();
    }
    await(() -> Network.buffers().pinnedDirectMemory() - before < MIB);
  }
}
