package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.ModelConfig;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.network.FreePort;
import dev.sluice.serving.tls.ChannelSecurity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which replicas take batches, and when. Each is asked about once a second. */
class ModelReplicasIT {

  private static final Accelerator FAST = new Accelerator(0, 0, 0, true, 2, 0, 0);

  private final ExecutorService starter = Executors.newVirtualThreadPerTaskExecutor();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    starter.shutdownNow();
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private FakeInferenceServer serve(FakeModel model) {
    return serve(model, FreePort.any());
  }

  private FakeInferenceServer serve(FakeModel model, int port) {
    var server = FakeInferenceServer.start(model, Device.asSent(FAST, 1), port);
    open.add(server);
    return server;
  }

  private ModelReplicas<ModelDescription> await(FakeInferenceServer... servers) {
    return await(ModelReplicasIT::same, servers);
  }

  private static ModelDescription same(ModelDescription description) {
    return description;
  }

  private ModelReplicas<ModelDescription> await(
      java.util.function.UnaryOperator<ModelDescription> contract, FakeInferenceServer... servers) {
    List<String> targets = List.of(servers).stream().map(FakeInferenceServer::target).toList();
    var replicas =
        ModelReplicas.await(new InferenceClient(targets, ChannelSecurity.NONE), "embed", contract);
    open.add(replicas);
    return replicas;
  }

  private static Tensor infer(ModelReplicas<?> replicas, int replica) {
    long[] tokens = {101, 7, 102};
    return replicas.infer(
        replica,
        new Inference(
            "embed",
            List.of(
                IntegerTensor.padded("input_ids", IntegerType.INT64, 8, List.of(tokens)),
                IntegerTensor.mask("attention_mask", IntegerType.INT64, 8, new int[] {3})),
            "embedding",
            List.of(1L, Inference.ANY)));
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Test
  void theStartWaitsUntilTheModelIsReady() throws Exception {
    var server = serve(FakeModel.EMBED);
    server.ready(false);
    Future<ModelReplicas<ModelDescription>> starting = starter.submit(() -> await(server));
    until(() -> server.asked() >= 3);
    assertThat(starting.isDone()).isFalse();
    server.ready(true);
    assertThat(infer(starting.get(), 0).shape()).containsExactly(1, 32);
  }

  @Test
  void theStartWaitsForAServerThatIsNotThereYet() throws Exception {
    var gone = serve(FakeModel.EMBED);
    int port = gone.port();
    gone.close();
    Future<ModelReplicas<ModelDescription>> starting = starter.submit(() -> await(gone));
    var server = serve(FakeModel.EMBED, port);
    assertThat(infer(starting.get(), 0).shape()).containsExactly(1, 32);
    assertThat(server.counts().calls()).isEqualTo(1);
  }

  @Test
  void aStartThatIsInterruptedEnds() throws Exception {
    var server = serve(FakeModel.EMBED);
    server.ready(false);
    Future<ModelReplicas<ModelDescription>> starting = starter.submit(() -> await(server));
    until(() -> server.asked() >= 2);
    starter.shutdownNow();
    assertThatThrownBy(starting::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Failure.Cancelled.class);
  }

  @Test
  void aModelThatDoesNotFitStopsTheStart() {
    var server = serve(FakeModel.EMBED);
    assertThatThrownBy(() ->
            await(
                description -> {
                  throw new ConfigurationException(List.of("not that one"));
                },
                server))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("not that one");
  }

  @Test
  void replicasMustServeTheSame() {
    var one = serve(FakeModel.EMBED);
    var other = serve(FakeModel.EMBED.withDimension(48));
    assertThatThrownBy(() -> await(one, other))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(other.target())
        .hasMessageContaining("[-1, 48]")
        .hasMessageContaining("[-1, 32]");
  }

  @Test
  void aReplicaThatIsNotReadyIsNotSentTo() throws Exception {
    var server = serve(FakeModel.EMBED);
    var replicas = await(server);
    server.ready(false);
    until(() -> !replicas.isReady());
    assertThatThrownBy(() -> infer(replicas, 0)).isInstanceOf(Failure.Unavailable.class);
    assertThat(server.counts().calls()).isZero();
    server.ready(true);
    until(replicas::isReady);
    assertThat(infer(replicas, 0).shape()).containsExactly(1, 32);
  }

  @Test
  void aReplicaThatDoesNotAnswerIsNotSentTo() throws Exception {
    var server = serve(FakeModel.EMBED);
    var replicas = await(server);
    server.silent(true);
    until(() -> !replicas.isReady());
    server.silent(false);
    until(replicas::isReady);
  }

  @Test
  void aReplicaThatWasAwayComesBackByItself() throws Exception {
    var first = serve(FakeModel.EMBED);
    var replicas = await(first);
    first.close();
    until(() -> !replicas.isReady());
    var second = serve(FakeModel.EMBED, first.port());
    until(replicas::isReady);
    infer(replicas, 0);
    assertThat(second.counts().calls()).isEqualTo(1);
  }

  @Test
  void aReplicaThatComesBackWithAnotherModelIsLeftOut() throws Exception {
    var stays = serve(FakeModel.EMBED);
    var goes = serve(FakeModel.EMBED);
    var replicas = await(stays, goes);
    goes.close();
    until(() -> refuses(replicas, 1));
    var other = serve(FakeModel.EMBED.withDimension(48), goes.port());
    until(() -> other.asked() >= 2);
    assertThat(refuses(replicas, 1)).isTrue();
    assertThat(replicas.isReady()).isTrue();
    assertThat(other.counts().calls()).isZero();
  }

  private static boolean refuses(ModelReplicas<?> replicas, int replica) {
    try {
      infer(replicas, replica);
      return false;
    } catch (Failure.Unavailable e) {
      return e.reason().equals("MODEL_NOT_READY");
    }
  }

  @Test
  void aServerWithoutModelConfigDescribesTheModelInTheProtocolsWords() {
    var server = serve(FakeModel.EMBED);
    server.config(Optional.empty());
    var contract = await(server).contract();
    assertThat(contract.outputs())
        .containsExactly(new TensorDescription("embedding", "FP32", List.of(-1L, 32L), true));
    assertThat(contract.inputs()).extracting(TensorDescription::type).containsOnly("INT64");
  }

  @Test
  void whatTritonSaysIsRead() {
    var server = serve(FakeModel.EMBED);
    ModelConfig.Builder config = FakeModel.EMBED.config().toBuilder();
    config.getDynamicBatchingBuilder();
    config.getModelTransactionPolicyBuilder().setDecoupled(true);
    server.config(Optional.of(config.build()));
    var contract = await(server).contract();
    assertThat(contract.dynamicBatching()).isTrue();
    assertThat(contract.decoupled()).isTrue();
    assertThat(contract.maxBatchSize()).isEqualTo(1024);
  }
}
