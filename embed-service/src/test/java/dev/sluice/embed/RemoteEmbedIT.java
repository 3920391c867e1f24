package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
    var server = FakeInferenceServer.start(model, Device.asSent(FAST, 1));
    open.add(server);
    return server;
  }

  private static ServiceServer service(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("SLUICE_EMBED_PORT", "0");
    all.put("SLUICE_EMBED_MANAGEMENT_PORT", "0");
    all.put("SLUICE_EMBED_BACKEND", "inference");
    return EmbedServer.start(EmbedConfig.read(new Settings(all)));
  }

  private EmbedServiceBlockingStub stub(Map<String, String> settings) {
    ServiceServer service = service(settings);
    open.add(service);
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(service.address()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return EmbedServiceGrpc.newBlockingStub(channel);
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
  void withoutAModelServerTheStartSaysWhatIsMissing() {
    assertThatThrownBy(() -> service(targets("127.0.0.1:1")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SLUICE_EMBED_TARGETS (127.0.0.1:1)");
  }

  @Test
  void anUnknownInputIsNamedAtTheStart() {
    var settings =
        Map.of(
            "SLUICE_EMBED_TARGETS",
            model(FakeModel.EMBED).target(),
            "SLUICE_EMBED_INPUTS",
            "input_ids,positions");
    assertThatThrownBy(() -> service(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'positions'");
  }

  @Test
  void aDirectoryNeedsATokenizerAndNoModel(@TempDir Path directory) throws Exception {
    var server = model(FakeModel.EMBED);
    try (var json = ModelFiles.class.getResourceAsStream("/bge-small-en-v1.5-q-tokenizer.json")) {
      Files.write(directory.resolve("tokenizer.json"), json.readAllBytes());
    }
    var stub =
        stub(
            Map.of(
                "SLUICE_EMBED_TARGETS",
                server.target(),
                "SLUICE_EMBED_MODEL_DIRECTORY",
                directory.toString(),
                "SLUICE_EMBED_INPUTS",
                "input_ids, attention_mask, token_type_ids"));
    assertVector(stub.embed(texts("a text")), 0, "a text");
  }
}
