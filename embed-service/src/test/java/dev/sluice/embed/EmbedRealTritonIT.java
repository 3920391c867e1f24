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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
    callers.close();
  }

  private RealTriton triton(String name, String encoder, String model) throws Exception {
    Path own = Files.createDirectory(folder.resolve(name));
    var triton = RealTriton.startEncoder(own, encoder, model);
    open.add(triton);
    return triton;
  }

  private RealTriton triton(String name) throws Exception {
    return triton(name, EXACT, "embed");
  }

  private ServiceServer service(Map<String, String> more, RealTriton... replicas) {
    String targets = String.join(",", Stream.of(replicas).map(RealTriton::target).toList());
    Map<String, String> settings = new HashMap<>(more);
    settings.put("SLUICE_EMBED_PORT", "0");
    settings.put("SLUICE_EMBED_MANAGEMENT_PORT", "0");
    settings.put("SLUICE_EMBED_BACKEND", "inference");
    settings.put("SLUICE_EMBED_TARGETS", targets);
    ServiceServer service = EmbedServer.start(EmbedConfig.read(new Settings(settings)));
    open.add(service);
    return service;
  }

  private EmbedServiceBlockingStub stub(RealTriton... replicas) {
    return stub(service(Map.of(), replicas));
  }

  private EmbedServiceBlockingStub stub(ServiceServer service) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(service.address()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return EmbedServiceGrpc.newBlockingStub(channel);
  }

  private OnnxEmbedModel inThisProcess(String encoder) {
    var model = OnnxEmbedModel.load("", ModelFiles.fromClassPath(encoder), 1, 1000);
    open.add(model);
    return model;
  }

  private static List<float[]> vectors(EmbedServiceBlockingStub stub, List<String> texts) {
    var request = EmbedRequest.newBuilder().addAllTexts(texts).build();
    return stub.embed(request).getEmbeddingsList().stream()
        .map(embedding -> floats(embedding.getFloatVector().getValuesList()))
        .toList();
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  private static float[] vector(EmbedServiceBlockingStub stub, String text) {
    return vectors(stub, List.of(text)).getFirst();
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
    var stub = stub(triton("server", encoder, "embed"));
    List<String> texts = unpadded(model);
    assertThat(texts).hasSizeGreaterThan(5);
    for (String text : texts) {
      assertNear(vector(stub, text), vector(model, text));
    }
  }

  @Test
  void anExactModelGivesTheSameVectorsPaddedAndTogether() throws Exception {
    var model = inThisProcess(EXACT);
    var stub = stub(triton("server"));
    List<String> texts =
        List.of("Short.", "A sentence about water in a canal.", "Much longer. ".repeat(60));
    List<float[]> together = vectors(stub, texts);
    for (int i = 0; i < texts.size(); i++) {
      float[] expected = vector(model, texts.get(i));
      assertNear(vector(stub, texts.get(i)), expected);
      assertNear(together.get(i), expected);
    }
  }

  @Test
  void vectorsOfTokensInHalfPrecisionArePooledHere() throws Exception {
    var model = inThisProcess(EXACT);
    var service =
        service(
            Map.of(
                "SLUICE_EMBED_MODEL_NAME", "embed_tokens",
                "SLUICE_EMBED_OUTPUT", "last_hidden_state"),
            triton("server", EXACT, "embed_tokens"));
    var stub = stub(service);
    for (String text : List.of("Short.", "Much longer. ".repeat(60))) {
      assertNear(vector(stub, text), vector(model, text));
    }
  }

  @Test
  void aModelThatIsNoEncoderStopsTheStart() throws Exception {
    var server = triton("server", EXACT, "rerank");
    assertThatThrownBy(() -> service(Map.of("SLUICE_EMBED_MODEL_NAME", "rerank"), server))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("it has no output embedding but [logits]");
  }

  @Test
  void theServiceIsReadyWhileItsModelIs() throws Exception {
    var server = triton("server");
    server.kill();
    Future<ServiceServer> started = callers.submit(() -> service(Map.of(), server));
    server.restart();
    ServiceServer service = started.get();
    assertThat(readyz(service)).isEqualTo(200);
    server.kill();
    RealTriton.await("not ready", () -> readyz(service) == 503);
    server.restart();
    RealTriton.await("ready again", () -> readyz(service) == 200);
    assertThat(vector(stub(service), "text")).hasSize(384);
  }

  private static int readyz(ServiceServer service) {
    var uri = URI.create("http://127.0.0.1:" + service.managementPort() + "/readyz");
    try {
      return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aServerThatDrainsFinishesWhatItHasAndTheOtherTakesOver() throws Exception {
    var first = triton("first");
    var second = triton("second");
    var stub = stub(first, second);
    first.hold("embed");
    second.hold("embed");
    List<Future<float[]>> calls = embed(stub, 4);
    RealTriton.await("work", () -> busy(first) || busy(second));
    RealTriton drained = busy(first) ? first : second;
    drained.drain();
    calls.addAll(embed(stub, 4));
    first.release("embed");
    second.release("embed");
    for (Future<float[]> call : calls) {
      assertThat(call.get()).hasSize(384);
    }
    RealTriton.await("the end", () -> !drained.isRunning());
    assertThat(busy(drained)).as("something begun and not finished").isFalse();
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
    var triton = triton("server");
    ServiceServer service = service(Map.of(), triton);
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
    var first = triton("first");
    var second = triton("second");
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
