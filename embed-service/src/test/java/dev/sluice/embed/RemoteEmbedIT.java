package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.inference.FloatType;
import dev.sluice.serving.inference.IntegerType;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.inference.fake.Fault;
import dev.sluice.serving.inference.fake.Faults;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The service with its model on fake model servers. */
class RemoteEmbedIT {

  private static final Accelerator FAST = new Accelerator(1e6, 0, 0, true, 1, 0, 0);
  private static final Tokenizer TOKENIZER =
      ModelFiles.tokenizerAt(Optional.empty()).loadTokenizer();

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private FakeInferenceServer model(FakeModel model) {
    return model(model, 0);
  }

  private FakeInferenceServer model(FakeModel model, int port) {
    var server = FakeInferenceServer.start(model, Device.asSent(FAST, 1), port);
    open.add(server);
    return server;
  }

  private static ServiceServer service(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("SLUICE_EMBED_PORT", "0");
    all.putIfAbsent("SLUICE_EMBED_MANAGEMENT_PORT", "0");
    all.put("SLUICE_EMBED_BACKEND", "inference");
    return EmbedServer.start(EmbedConfig.read(new Settings(all)));
  }

  private EmbedServiceBlockingStub stub(Map<String, String> settings) {
    ServiceServer service = service(settings);
    open.add(service);
    return EmbedServiceGrpc.newBlockingStub(channel(service));
  }

  private ManagedChannel channel(ServiceServer service) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(service.address()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private static Map<String, String> targets(String targets) {
    return Map.of("SLUICE_EMBED_TARGETS", targets);
  }

  private static EmbedRequest texts(String... texts) {
    return EmbedRequest.newBuilder().addAllTexts(List.of(texts)).build();
  }

  private static void assertVector(EmbedResponse response, int index, String text) {
    long[] ids = TOKENIZER.encode(text, 512, Truncation.NONE).ids();
    float[] expected = Vectors.unitRow(FakeModel.EMBED.vector(ids), 0, FakeModel.EMBED.dimension());
    List<Float> values = response.getEmbeddings(index).getFloatVector().getValuesList();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(values.get(i)).isEqualTo(expected[i]);
    }
  }

  @Test
  void everyTextOfEveryCallerGetsItsOwnVector() throws Exception {
    var stub = stub(targets(model(FakeModel.EMBED).target()));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EmbedResponse>> responses = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String first = "text number " + i;
        String second = "another and longer text ".repeat(1 + i % 5) + i;
        responses.add(callers.submit(() -> stub.embed(texts(first, second))));
      }
      for (int i = 0; i < responses.size(); i++) {
        assertVector(responses.get(i).get(), 0, "text number " + i);
        assertVector(responses.get(i).get(), 1, "another and longer text ".repeat(1 + i % 5) + i);
      }
    }
  }

  @Test
  void aReplicaThatWasNotAskedAtTheStartIsUsedToo() {
    var first = model(FakeModel.EMBED);
    var second = model(FakeModel.EMBED);
    var stub = stub(targets(first.target() + ", " + second.target()));
    for (int i = 0; i < 10; i++) {
      stub.embed(texts("text " + i));
    }
    assertThat(second.counts().calls()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void theModelSaysItsDimension(FloatType type) {
    var server = model(FakeModel.EMBED.withDimension(48).withType(type));
    var stub = stub(targets(server.target()));
    var info = stub.getEmbedModel(GetEmbedModelRequest.getDefaultInstance());
    assertThat(info.getDimension()).isEqualTo(48);
    assertThat(info.getModel()).isEqualTo("embed");
    assertThat(info.getModelFingerprint()).hasSize(64);
    assertThat(stub.embed(texts("a")).getEmbeddings(0).getFloatVector().getValuesCount())
        .isEqualTo(48);
  }

  @Test
  void aTextThatTheModelCannotTakeHarmsNoNeighbour() throws Exception {
    var server = model(FakeModel.EMBED);
    long poison = TOKENIZER.encode("poison", 8, Truncation.NONE).ids()[1];
    server.faults(Faults.poison(poison));
    var stub = stub(targets(server.target()));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EmbedResponse>> good = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = "good text " + i;
        good.add(callers.submit(() -> stub.embed(texts(text))));
      }
      assertThatThrownBy(() -> stub.embed(texts("a poison here")))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
                assertThat(e.getStatus().getDescription()).doesNotContain("index out of range");
              });
      for (int i = 0; i < good.size(); i++) {
        assertVector(good.get(i).get(), 0, "good text " + i);
      }
    }
  }

  @Test
  void aLyingServerFailsTheCallAndNoMore() {
    var server = model(FakeModel.EMBED);
    var stub = stub(targets(server.target()));
    server.faults(Faults.always(Fault.Lie.MISSING_ROW));
    assertThatThrownBy(() -> stub.embed(texts("one", "two"))).hasMessageContaining("INTERNAL");
    server.faults(Faults.none());
    assertVector(stub.embed(texts("one")), 0, "one");
  }

  @Test
  void aModelThatDoesNotFitStopsTheStartAndSaysWhatToChange() {
    var server = model(FakeModel.EMBED.withMaxBatchSize(8).withInputs(IntegerType.INT64, "tokens"));
    assertThatThrownBy(() -> service(targets(server.target())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("its max_batch_size is 8, less than SLUICE_EMBED_MAX_BATCH_ITEMS=64")
        .hasMessageContaining("it has no input input_ids but [tokens]");
  }

  @Test
  void withoutAnyTargetTheStartSaysSo() {
    assertThatThrownBy(() -> service(targets(" , ")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("SLUICE_EMBED_TARGETS names no model server");
  }

  @Test
  void aDirectoryNeedsATokenizerAndNoModel(@TempDir Path directory) throws Exception {
    var server =
        model(
            FakeModel.EMBED.withInputs(
                IntegerType.INT32, "input_ids", "attention_mask", "token_type_ids"));
    copyTokenizer(directory);
    var stub =
        stub(
            Map.of(
                "SLUICE_EMBED_TARGETS",
                server.target(),
                "SLUICE_EMBED_MODEL_DIRECTORY",
                directory.toString()));
    assertVector(stub.embed(texts("a text")), 0, "a text");
  }

  private static void copyTokenizer(Path directory) throws IOException {
    try (var json = ModelFiles.class.getResourceAsStream("/bge-small-en-v1.5-q-tokenizer.json")) {
      Files.write(directory.resolve("tokenizer.json"), json.readAllBytes());
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void whatTheModelDoesNotPoolIsPooledHere(FloatType type) {
    var unpooled = FakeModel.EMBED.unpooled().withType(type);
    var response = stub(targets(model(unpooled).target())).embed(texts("short", "a longer text"));
    assertThat(response.getEmbeddingsCount()).isEqualTo(2);
    long[] ids = TOKENIZER.encode("a longer text", 512, Truncation.NONE).ids();
    float[] expected = Vectors.unitRow(unpooled.vector(ids, 0), 0, unpooled.dimension());
    assertClose(response.getEmbeddings(1).getFloatVector().getValuesList(), expected);
  }

  @Test
  void paddingIsNotPooled(@TempDir Path directory) throws Exception {
    var unpooled = FakeModel.EMBED.unpooled();
    copyTokenizer(directory); // without 1_Pooling/config.json: the mean
    var stub =
        stub(
            Map.of(
                "SLUICE_EMBED_TARGETS",
                model(unpooled).target(),
                "SLUICE_EMBED_MODEL_DIRECTORY",
                directory.toString()));
    var response = stub.embed(texts("short", "a much longer text than that ".repeat(5)));
    long[] ids = TOKENIZER.encode("short", 512, Truncation.NONE).ids();
    float[] rows = new float[ids.length * unpooled.dimension()];
    for (int i = 0; i < ids.length; i++) {
      float[] row = unpooled.vector(ids, i);
      System.arraycopy(row, 0, rows, i * row.length, row.length);
    }
    assertClose(
        response.getEmbeddings(0).getFloatVector().getValuesList(),
        Vectors.unitMean(rows, unpooled.dimension()));
  }

  private static void assertClose(List<Float> values, float[] expected) {
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values.get(i)).isCloseTo(expected[i], within(0.01));
    }
  }

  private static StatusRuntimeException failure(EmbedServiceBlockingStub stub, String text) {
    try {
      stub.embed(texts(text));
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("the call did not fail");
  }

  @ParameterizedTest
  @EnumSource(Fault.Lie.class)
  void aLieAboutOneTextHarmsNoNeighbour(Fault.Lie lie) throws Exception {
    var server = model(FakeModel.EMBED);
    long poison = TOKENIZER.encode("poison", 8, Truncation.NONE).ids()[1];
    server.faults(Faults.poison(poison, lie));
    var stub = stub(targets(server.target()));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<StatusRuntimeException> bad = callers.submit(() -> failure(stub, "a poison here"));
      List<Future<EmbedResponse>> good = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String text = "good text " + i;
        good.add(callers.submit(() -> stub.embed(texts(text))));
      }
      assertThat(bad.get().getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      for (int i = 0; i < good.size(); i++) {
        assertVector(good.get(i).get(), 0, "good text " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Exceeds maximum queue size, RESOURCE_EXHAUSTED",
    "UNAVAILABLE, Request timeout expired, DEADLINE_EXCEEDED",
    "UNAVAILABLE, Server is stopping, UNAVAILABLE",
    "UNAVAILABLE, Request for unknown model, UNAVAILABLE",
    "UNAVAILABLE, This protocol is restricted, UNAVAILABLE",
    "INVALID_ARGUMENT, unexpected shape, INTERNAL",
    "UNKNOWN, CUDA error, INTERNAL"
  })
  void theCallerGetsTheMeaningAndNotTheWords(Status.Code code, String words, Status.Code expected) {
    var server = model(FakeModel.EMBED);
    var stub = stub(targets(server.target()));
    server.faults(Faults.always(new Fault.Refusal(code.toStatus().withDescription(words))));
    Status status = failure(stub, "a").getStatus();
    assertThat(status.getCode()).isEqualTo(expected);
    assertThat(status.getDescription()).doesNotContain(words);
  }

  @Test
  void aSilentServerCostsTheCallerItsDeadlineAndIsToldSo() throws Exception {
    var server = model(FakeModel.EMBED);
    var stub = stub(targets(server.target()));
    server.faults(Faults.always(Fault.SILENCE));
    Status status = failure(stub.withDeadlineAfter(300, TimeUnit.MILLISECONDS), "a").getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    until(() -> server.counts().cancelled() == 1);
    server.faults(Faults.none());
    assertVector(stub.embed(texts("b")), 0, "b");
  }

  @Test
  void aSlowServerIsWaitedFor() {
    var slow = new Accelerator(200e6, 0, 0, true, 1, 0, 0);
    var server = FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(slow, 1));
    open.add(server);
    assertVector(stub(targets(server.target())).embed(texts("slow")), 0, "slow");
  }

  @Test
  void aReplicaThatGoesAwayIsLeftOutAndComesBackByItself() throws Exception {
    var stays = model(FakeModel.EMBED);
    var goes = model(FakeModel.EMBED);
    var stub = stub(targets(stays.target() + "," + goes.target()));
    until(() -> embeds(stub) && goes.counts().calls() > 0);
    goes.close();
    for (int i = 0; i < 50; i++) {
      assertThat(embeds(stub)).isTrue();
    }
    var back = model(FakeModel.EMBED, goes.port());
    until(() -> embeds(stub) && back.counts().calls() > 0);
  }

  private static boolean embeds(EmbedServiceBlockingStub stub) {
    assertVector(stub.embed(texts("text")), 0, "text");
    return true;
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Test
  void withoutAReadyModelTheServiceIsNotReadyAndComesBack() throws Exception {
    var server = model(FakeModel.EMBED);
    ServiceServer service = service(targets(server.target()));
    open.add(service);
    assertThat(readyz(service.managementPort())).isEqualTo(200);
    server.ready(false);
    until(() -> readyz(service.managementPort()) == 503);
    var stub = EmbedServiceGrpc.newBlockingStub(channel(service));
    assertThat(failure(stub, "a").getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(server.counts().calls()).isZero();
    server.ready(true);
    until(() -> readyz(service.managementPort()) == 200);
    assertThat(embeds(stub)).isTrue();
  }

  @Test
  void aServiceWhoseModelIsNotThereYetIsAliveAndNotReady() throws Exception {
    var server = model(FakeModel.EMBED);
    server.ready(false);
    int port = freePort();
    Map<String, String> settings =
        Map.of(
            "SLUICE_EMBED_TARGETS",
            server.target(),
            "SLUICE_EMBED_MANAGEMENT_PORT",
            Integer.toString(port));
    try (var starter = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ServiceServer> starting = starter.submit(() -> service(settings));
      until(() -> server.asked() > 0);
      assertThat(readyz(port)).isEqualTo(503);
      server.ready(true);
      open.add(starting.get());
    }
    assertThat(readyz(port)).isEqualTo(200);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static int readyz(int port) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/readyz");
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
