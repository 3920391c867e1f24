package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.model.v1.ListModelsRequest;
import dev.sluice.model.v1.LoadModelRequest;
import dev.sluice.model.v1.Model;
import dev.sluice.model.v1.ModelAdminServiceGrpc;
import dev.sluice.model.v1.ModelAdminServiceGrpc.ModelAdminServiceBlockingStub;
import dev.sluice.model.v1.SetDefaultModelRequest;
import dev.sluice.model.v1.UnloadModelRequest;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of a running service, by name, loaded, replaced and withdrawn. */
class ModelAdminIT {

  private static final String TOKEN = "a token of more than sixteen characters";

  @TempDir private Path folder;
  private ServiceServer server;
  private ManagedChannel channel;
  private EmbedServiceBlockingStub embed;
  private ModelAdminServiceBlockingStub admin;

  @BeforeEach
  void start() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    start(Map.of("SLUICE_EMBED_MODELS", "small", "SLUICE_EMBED_ADMIN_TOKEN_FILE", token + ""));
  }

  private void start(Map<String, String> keys) {
    Settings settings =
        new Settings(Map.of("SLUICE_EMBED_PORT", "0", "SLUICE_EMBED_MANAGEMENT_PORT", "0"))
            .with(keys);
    EmbedConfig config = EmbedConfig.read(settings);
    settings.finish();
    server = EmbedServer.start(config);
    channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
    embed = EmbedServiceGrpc.newBlockingStub(channel);
    admin = admin(TOKEN);
  }

  private ModelAdminServiceBlockingStub admin(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return ModelAdminServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private EmbedResponse embed(String model) {
    return embed.embed(EmbedRequest.newBuilder().addTexts("a text").setModel(model).build());
  }

  private static LoadModelRequest.Builder load(String name) {
    return LoadModelRequest.newBuilder().setName(name);
  }

  /** The embedded model in a folder, used with other prompts: another fingerprint. */
  private Path otherModel() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    copy("/bge-small-en-v1.5-q.onnx", other.resolve("model.onnx"));
    copy("/bge-small-en-v1.5-q-tokenizer.json", other.resolve("tokenizer.json"));
    Files.writeString(
        other.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"find: \", \"document\": \"read: \"}}");
    return other;
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream content =
        Objects.requireNonNull(ModelAdminIT.class.getResourceAsStream(resource))) {
      Files.copy(content, target);
    }
  }

  private static void fails(ThrowingCallable call, Code code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void modelsAreAskedForByName() throws IOException {
    Model loaded =
        admin.loadModel(
            load("other").putSettings("MODEL_DIRECTORY", otherModel().toString()).build());
    assertThat(loaded.getIsDefault()).isFalse();
    assertThat(embed("").getModel()).isEqualTo("small");
    assertThat(embed("small").getModel()).isEqualTo("small");
    EmbedResponse other = embed("other");
    assertThat(other.getModel()).isEqualTo("other");
    assertThat(other.getModelFingerprint()).isEqualTo(loaded.getFingerprint());
    assertThat(other.getEmbeddings(0)).isNotEqualTo(embed("small").getEmbeddings(0));
    var asked = GetEmbedModelRequest.newBuilder().setModel("other").build();
    assertThat(embed.getEmbedModel(asked).getModelFingerprint()).isEqualTo(loaded.getFingerprint());
    fails(() -> embed("third"), Code.NOT_FOUND, "no model named 'third'");
    assertThat(admin.listModels(ListModelsRequest.getDefaultInstance()).getModelsList())
        .extracting(Model::getName, Model::getIsDefault)
        .containsExactly(tuple("other", false), tuple("small", true));
  }

  @Test
  void aModelIsReplacedUnderLoadWithoutAFailure() throws Exception {
    var done = new AtomicBoolean();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(
            callers.submit(() -> {
              int count = 0;
              while (!done.get()) {
                count += embed("small").getEmbeddingsCount();
              }
              return count;
            }));
      }
      for (int i = 0; i < 3; i++) {
        admin.loadModel(load("small").putSettings("SLOTS", "1").build());
      }
      done.set(true);
      for (Future<Integer> each : calls) {
        assertThat(each.get()).isPositive();
      }
    }
  }

  @Test
  void aReplacementThatCollectionsCouldNotUseIsRefusedUnlessForced() throws IOException {
    var request = load("small").putSettings("MODEL_DIRECTORY", otherModel().toString());
    String before = embed("").getModelFingerprint();
    fails(() -> admin.loadModel(request.build()), Code.FAILED_PRECONDITION, "fingerprint differs");
    assertThat(embed("").getModelFingerprint()).isEqualTo(before);
    admin.loadModel(request.setName("other").build());
    var makeDefault = SetDefaultModelRequest.newBuilder().setName("other");
    fails(
        () -> admin.setDefaultModel(makeDefault.build()),
        Code.FAILED_PRECONDITION,
        "fingerprint differs");
    assertThat(admin.setDefaultModel(makeDefault.setForce(true).build()).getIsDefault()).isTrue();
    assertThat(embed("").getModel()).isEqualTo("other");
    admin.loadModel(request.setName("small").setForce(true).build());
    assertThat(embed("small").getModelFingerprint()).isNotEqualTo(before);
  }

  @Test
  void aModelIsWithdrawnUnlessItIsTheDefault() {
    admin.loadModel(load("second").build());
    fails(
        () -> admin.unloadModel(UnloadModelRequest.newBuilder().setName("small").build()),
        Code.FAILED_PRECONDITION,
        "is the default");
    var unload = UnloadModelRequest.newBuilder().setName("second").build();
    assertThat(admin.unloadModel(unload)).isNotNull();
    fails(() -> embed("second"), Code.NOT_FOUND, "second");
    fails(() -> admin.unloadModel(unload), Code.NOT_FOUND, "second");
  }

  @Test
  void whatCannotBeLoadedChangesNothing() {
    fails(
        () -> admin.loadModel(load("small").putSettings("SLOTS", "many").build()),
        Code.INVALID_ARGUMENT,
        "SLOTS is 'many' but must be integer");
    fails(
        () -> admin.loadModel(load("small").putSettings("SLOTZ", "1").build()),
        Code.INVALID_ARGUMENT,
        "did you mean");
    fails(
        () -> admin.loadModel(load("small").putSettings("MODEL_DIRECTORY", "/nowhere").build()),
        Code.FAILED_PRECONDITION,
        "cannot read the model file");
    fails(() -> admin.loadModel(load("Not A Name").build()), Code.INVALID_ARGUMENT, "name");
    assertThat(embed("small").getEmbeddingsCount()).isEqualTo(1);
  }

  @Test
  void strangersChangeNothing() {
    var strangers =
        List.of(ModelAdminServiceGrpc.newBlockingStub(channel), admin("another token, also long"));
    for (ModelAdminServiceBlockingStub stranger : strangers) {
      fails(
          () -> stranger.listModels(ListModelsRequest.getDefaultInstance()),
          Code.UNAUTHENTICATED,
          "admin token");
      fails(() -> stranger.loadModel(load("small").build()), Code.UNAUTHENTICATED, "admin token");
    }
  }

  @Test
  void withoutATokenTheServiceIsOff() {
    stop();
    start(Map.of());
    fails(() -> admin.listModels(ListModelsRequest.getDefaultInstance()), Code.UNIMPLEMENTED, "");
    assertThat(embed("bge-small-en-v1.5-q").getModel()).isEqualTo("bge-small-en-v1.5-q");
  }

  @Test
  void aTokenThatIsTooShortStopsTheStart() throws IOException {
    Path token = Files.writeString(folder.resolve("short"), "secret");
    stop();
    assertThatThrownBy(() -> start(Map.of("SLUICE_EMBED_ADMIN_TOKEN_FILE", token.toString())))
        .hasMessageContaining("at least 16 characters");
    start(Map.of());
  }
}
