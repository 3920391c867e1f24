package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.inference.FloatType;
import dev.sluice.serving.inference.IntegerType;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.server.ServiceServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the service makes of a model on model servers. */
class RemoteEmbedIT extends WithModelServers {

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

  /**
   * The batches' queue admits what will be in time, and lets the urgent pass: no need of a door.
   */
  @Test
  void callsThatWaitForAModelElsewhereDoNotCloseTheDoor() throws Exception {
    Map<String, String> settings =
        new HashMap<>(targets(slowModel(Duration.ofMillis(40)).target()));
    settings.put("SLUICE_EMBED_MAX_BATCH_ITEMS", "1");
    ServiceServer service = service(settings);
    open.add(service);
    var stub = EmbedServiceGrpc.newBlockingStub(channel(service));
    List<Future<EmbedResponse>> responses = new ArrayList<>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        EmbedRequest request = texts("text " + i);
        responses.add(
            callers.submit(() -> stub.withDeadlineAfter(3, TimeUnit.SECONDS).embed(request)));
      }
    }
    assertThat(responses).anyMatch(response -> response.state() == Future.State.SUCCESS);
    assertThat(
            service
                .metrics()
                .registry()
                .get("sluice.door.limit")
                .tag("service", EmbedServiceGrpc.SERVICE_NAME)
                .gauge()
                .value())
        .as("a quarter of them waited for more than half of their time")
        .isEqualTo(32.0 * Runtime.getRuntime().availableProcessors());
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
}
