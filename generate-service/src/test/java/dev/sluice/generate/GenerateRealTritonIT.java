package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceBlockingV2Stub;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.inference.real.RealTriton;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service on real Tritons, whose model has the tensors of vLLM's backend and writes the same
 * words to everybody.
 */
@Timeout(300)
class GenerateRealTritonIT {

  private static final String THREE = "The gate öffnet";
  private static final String NINE = THREE + " sich, 水 flows 🌊.";
  private static final int MANY = 2000;

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private RealTriton triton(String name) throws Exception {
    var triton = RealTriton.start(Files.createDirectory(folder.resolve(name)), "generate");
    open.add(triton);
    return triton;
  }

  private GenerateServiceBlockingV2Stub stub(RealTriton... replicas) throws Exception {
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    String targets = String.join(",", Stream.of(replicas).map(RealTriton::target).toList());
    ServiceServer server =
        GenerateServer.start(
            GenerateConfig.read(
                new Settings(
                    Map.of(
                        "SLUICE_GENERATE_PORT", "0",
                        "SLUICE_GENERATE_MANAGEMENT_PORT", "0",
                        "SLUICE_GENERATE_BACKEND", "triton",
                        "SLUICE_GENERATE_TRITON_TARGETS", targets,
                        "SLUICE_GENERATE_MODEL_NAME", "generate",
                        "SLUICE_GENERATE_TOKENIZER_DIRECTORY", folder.toString()))));
    open.add(server);
    ManagedChannel channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return GenerateServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  private static GenerateRequest tokens(int count) {
    return ask("Three words here").setMaxTokens(count).build();
  }

  private static Conversation all(GenerateServiceBlockingV2Stub stub, GenerateRequest request)
      throws InterruptedException, StatusException {
    return Conversation.read(request, stub.generate(request));
  }

  /** Reads events until the text so far is this one. */
  private static void awaitText(BlockingClientCall<?, GenerateEvent> call, String text)
      throws InterruptedException, StatusException {
    var read = new StringBuilder();
    while (!read.toString().equals(text)) {
      assertThat(text).startsWith(read);
      read.append(call.read().getTextDelta().getText());
    }
  }

  private static void awaitCancelled(RealTriton triton) throws InterruptedException {
    RealTriton.await("the cancellation", () -> triton.count("generate", "cancelled") == 1);
  }

  @Test
  void theTextArrivesWholeWithItsEndAndItsCounts() throws Exception {
    var conversation = all(stub(triton("server")), tokens(9));
    assertThat(conversation.text()).isEqualTo(NINE);
    var completed = conversation.completed();
    assertThat(completed.getFinishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(completed.getUsage().getPromptTokenCount()).isEqualTo(3);
    assertThat(completed.getUsage().getCompletionTokenCount()).isEqualTo(9);
    assertThat(completed.getModel()).isEqualTo("generate");
  }

  @Test
  void whatIsWrittenArrivesBeforeTheRestIs() throws Exception {
    var triton = triton("server");
    triton.hold("generate", 3);
    var call = stub(triton).generate(tokens(9));
    awaitText(call, THREE);
    assertThat(triton.count("generate", "token")).isEqualTo(3);
    triton.release("generate");
    awaitText(call, NINE.substring(THREE.length()));
    assertThat(call.read().hasCompleted()).isTrue();
  }

  @Test
  void noTokenIsWrittenAfterTheReaderWentAway() throws Exception {
    var triton = triton("server");
    triton.hold("generate", 3);
    var call = stub(triton).generate(tokens(MANY));
    awaitText(call, THREE);
    call.cancel("enough", null);
    awaitCancelled(triton);
    triton.release("generate");
    assertThat(triton.journal("generate"))
        .containsExactly("start", "token 1", "token 2", "token 3", "cancelled 3");
  }

  @Test
  void aModelThatKeepsWritingIsStopped() throws Exception {
    var triton = triton("server");
    var call = stub(triton).generate(tokens(MANY));
    awaitText(call, THREE);
    call.cancel("enough", null);
    awaitCancelled(triton);
    assertThat(triton.count("generate", "token")).isLessThan(MANY);
  }

  @Test
  void aDeadlineStopsTheModel() throws Exception {
    var triton = triton("server");
    triton.hold("generate", 3);
    var stub = stub(triton).withDeadlineAfter(1, TimeUnit.SECONDS);
    assertThatThrownBy(() -> all(stub, tokens(MANY)))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    awaitCancelled(triton);
  }

  @Test
  void aStopTextEndsTheTextAndTheModel() throws Exception {
    var triton = triton("server");
    var request = tokens(MANY).toBuilder().addStop(" sich").build();
    var conversation = all(stub(triton), request);
    assertThat(conversation.text()).isEqualTo(THREE);
    assertThat(conversation.completed().getFinishReason()).isEqualTo(FinishReason.STOP);
    awaitCancelled(triton);
  }

  @Test
  void everyStreamGetsItsOwnText() throws Exception {
    var stub = stub(triton("server"));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Conversation>> calls = new ArrayList<>();
      for (int i = 1; i <= 9; i++) {
        GenerateRequest request = tokens(9 * i);
        calls.add(callers.submit(() -> all(stub, request)));
      }
      for (int i = 1; i <= 9; i++) {
        assertThat(calls.get(i - 1).get().text()).isEqualTo(NINE.repeat(i));
      }
    }
  }

  @Test
  void aServerThatDrainsFinishesItsTexts() throws Exception {
    var triton = triton("server");
    triton.hold("generate", 3);
    var call = stub(triton).generate(tokens(9));
    awaitText(call, THREE);
    triton.drain();
    triton.release("generate");
    awaitText(call, NINE.substring(THREE.length()));
    assertThat(call.read().hasCompleted()).isTrue();
  }

  @Test
  void aTextThatHasNotBegunIsWrittenByAnotherServer() throws Exception {
    var first = triton("first");
    var second = triton("second");
    var stub = stub(first, second);
    first.kill();
    for (int i = 0; i < 4; i++) {
      assertThat(all(stub, tokens(9)).text()).isEqualTo(NINE);
    }
    assertThat(second.count("generate", "start")).isEqualTo(4);
  }

  @Test
  void aTextWhoseServerCrashesEndsUnavailableAndTheNextOneIsWritten() throws Exception {
    var triton = triton("server");
    triton.hold("generate", 3);
    var stub = stub(triton);
    var call = stub.generate(tokens(9));
    awaitText(call, THREE);
    triton.kill();
    assertThatThrownBy(call::read)
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    triton.release("generate");
    triton.restart();
    RealTriton.await("a text", () -> writes(stub));
  }

  private static boolean writes(GenerateServiceBlockingV2Stub stub) {
    try {
      return all(stub, tokens(9)).text().equals(NINE);
    } catch (StatusException e) {
      return false; // the service does not know yet that the server is back
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
