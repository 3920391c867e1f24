package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.inference.real.RealTriton;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service with its model on real Tritons. */
@Timeout(300)
class EmbedRealTritonIT {

  private static final String EXACT = "bge-small-en-v1.5";
  private static final int CALLERS = 6;
  private static final int ENOUGH = 60;

  /** Cosine distance that is allowed between two ways to run the same model on the same tokens. */
  private static final double NEAR = 1e-5;

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
    callers.close();
  }

  private RealTriton triton(String name, String encoder) throws Exception {
    var triton =
        RealTriton.startEncoder(Files.createDirectory(folder.resolve(name)), encoder, "embed");
    open.add(triton);
    return triton;
  }

  private static ServiceServer service(RealTriton... replicas) {
    String targets = String.join(",", Stream.of(replicas).map(RealTriton::target).toList());
    return EmbedServer.start(
        EmbedConfig.read(
            new Settings(
                Map.of(
                    "SLUICE_EMBED_PORT", "0",
                    "SLUICE_EMBED_MANAGEMENT_PORT", "0",
                    "SLUICE_EMBED_BACKEND", "inference",
                    "SLUICE_EMBED_TARGETS", targets,
                    "SLUICE_EMBED_INPUTS", "input_ids,attention_mask,token_type_ids"))));
  }

  private EmbedServiceBlockingStub stub(RealTriton... replicas) {
    ServiceServer service = service(replicas);
    open.add(service);
    return stub(service);
  }

  private EmbedServiceBlockingStub stub(ServiceServer service) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(service.address()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return EmbedServiceGrpc.newBlockingStub(channel);
  }

  private OnnxEmbedModel inThisProcess(String encoder) {
    var model = OnnxEmbedModel.load(ModelFiles.fromClassPath(encoder), 1, 1000);
    open.add(model);
    return model;
  }

  private static float[] vector(EmbedServiceBlockingStub stub, String text) {
    List<Float> values =
        stub.embed(EmbedRequest.newBuilder().addTexts(text).build())
            .getEmbeddings(0)
            .getFloatVector()
            .getValuesList();
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }

  private static float[] vector(OnnxEmbedModel model, String text) {
    var tokens = model.tokenize(text, InputType.SEARCH_DOCUMENT, Truncation.END);
    return model.run(List.of(tokens), 0).getFirst();
  }

  private static void assertNear(float[] actual, float[] expected) {
    assertThat((double) Vectors.dot(actual, expected)).isCloseTo(1, within(NEAR));
  }

  /** Texts whose tokens fill the columns that are sent: 8, 16 and so on, without padding. */
  private static List<String> unpadded(OnnxEmbedModel model) {
    return IntStream.rangeClosed(1, 64)
        .mapToObj(words -> "gate ".repeat(words).strip() + ".")
        .filter(text -> tokens(model, text) % 8 == 0)
        .toList();
  }

  private static int tokens(OnnxEmbedModel model, String text) {
    return model.tokenize(text, InputType.SEARCH_DOCUMENT, Truncation.END).length();
  }

  /** The 8-bit model's vectors depend on padding too, so its batches are made identical. */
  @ParameterizedTest
  @ValueSource(strings = {EXACT, "bge-small-en-v1.5-q"})
  void theVectorsAreThoseOfTheSameModelInThisProcess(String encoder) throws Exception {
    var model = inThisProcess(encoder);
    var stub = stub(triton("server", encoder));
    List<String> texts = unpadded(model);
    assertThat(texts).hasSizeGreaterThan(5);
    for (String text : texts) {
      assertNear(vector(stub, text), vector(model, text));
    }
  }

  @Test
  void anExactModelGivesTheSameVectorsPaddedAndTogether() throws Exception {
    var model = inThisProcess(EXACT);
    var stub = stub(triton("server", EXACT));
    List<String> texts =
        List.of("Short.", "A sentence about water in a canal.", "Much longer. ".repeat(60));
    var together = stub.embed(EmbedRequest.newBuilder().addAllTexts(texts).build());
    for (int i = 0; i < texts.size(); i++) {
      float[] expected = vector(model, texts.get(i));
      assertNear(vector(stub, texts.get(i)), expected);
      List<Float> values = together.getEmbeddings(i).getFloatVector().getValuesList();
      double dot = 0;
      for (int k = 0; k < expected.length; k++) {
        dot += (double) values.get(k) * expected[k];
      }
      assertThat(dot).isCloseTo(1, within(NEAR));
    }
  }

  @Test
  void theServiceDoesNotStartBeforeItsModelAnswers() throws Exception {
    var server = triton("server", EXACT);
    server.kill();
    assertThatThrownBy(() -> service(server))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(server.target());
    server.restart();
    assertThat(vector(stub(server), "text")).hasSize(384);
  }

  @Test
  void aServerThatDrainsFinishesWhatItHasAndTheOtherTakesOver() throws Exception {
    var first = triton("first", EXACT);
    var second = triton("second", EXACT);
    var stub = stub(first, second);
    first.hold("embed");
    second.hold("embed");
    List<Future<float[]>> calls = embed(stub, 4);
    RealTriton.await("both work", () -> busy(first) && busy(second));
    first.drain();
    calls.addAll(embed(stub, 4));
    first.release("embed");
    second.release("embed");
    for (Future<float[]> call : calls) {
      assertThat(call.get()).hasSize(384);
    }
    RealTriton.await("the end", () -> !first.isRunning());
    assertThat(first.count("embed", "end")).isEqualTo(first.count("embed", "start"));
    assertThat(vector(stub, "after")).hasSize(384);
  }

  private static boolean busy(RealTriton triton) {
    return triton.count("embed", "start") > triton.count("embed", "end");
  }

  private List<Future<float[]>> embed(EmbedServiceBlockingStub stub, int calls) {
    List<Future<float[]>> running = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      String text = "text " + i;
      running.add(callers.submit(() -> vector(stub, text)));
    }
    return running;
  }

  @Test
  void aServiceThatStopsWaitsForWhatRunsOnItsModelServer() throws Exception {
    var triton = triton("server", EXACT);
    ServiceServer service = service(triton);
    var stub = stub(service);
    triton.hold("embed");
    Future<float[]> call = callers.submit(() -> vector(stub, "text"));
    RealTriton.await("the start", () -> busy(triton));
    Future<?> stopped = callers.submit(service::close);
    triton.release("embed");
    assertThat(call.get()).hasSize(384);
    stopped.get();
  }

  @Test
  void noRequestIsLostWhenOneOfTwoServersCrashesAndComesBack() throws Exception {
    var model = inThisProcess(EXACT);
    var first = triton("first", EXACT);
    var second = triton("second", EXACT);
    var stub = stub(first, second);
    var done = new AtomicInteger();
    var over = new AtomicBoolean();
    List<Future<List<String>>> running = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      String name = "caller " + caller;
      running.add(callers.submit(() -> lost(stub, model, name, done, over)));
    }
    try {
      RealTriton.await("load", () -> done.get() > ENOUGH && first.count("embed", "start") > 2);
      first.kill();
      int atCrash = done.get();
      RealTriton.await("more of the other", () -> done.get() > atCrash + ENOUGH);
      long atRestart = first.count("embed", "start");
      first.restart();
      RealTriton.await("its return", () -> first.count("embed", "start") > atRestart + 2);
    } finally {
      over.set(true);
    }
    for (Future<List<String>> caller : running) {
      assertThat(caller.get()).isEmpty();
    }
  }

  /** Embeds texts one after the other; returns those that failed or got a wrong vector. */
  private static List<String> lost(
      EmbedServiceBlockingStub stub,
      OnnxEmbedModel model,
      String name,
      AtomicInteger done,
      AtomicBoolean over) {
    float[] expected = vector(model, name);
    List<String> lost = new ArrayList<>();
    while (!over.get()) {
      try {
        if (Vectors.dot(vector(stub, name), expected) < 1 - NEAR) {
          lost.add("a wrong vector");
        }
      } catch (RuntimeException e) {
        lost.add(e.toString());
      }
      done.incrementAndGet();
    }
    return lost;
  }
}
