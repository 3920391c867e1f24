package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** An embed-service with its model on fake model servers; closes what a test opened. */
abstract class WithModelServers {

  private static final Accelerator FAST = new Accelerator(1e6, 0, 0, true, 1, 0, 0);
  static final Tokenizer TOKENIZER = ModelFiles.tokenizerAt(Optional.empty()).loadTokenizer();

  final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  FakeInferenceServer model(FakeModel model) {
    return model(model, 0);
  }

  FakeInferenceServer model(FakeModel model, int port) {
    return opened(FakeInferenceServer.start(model, Device.asSent(FAST, 1), port));
  }

  /** One whose batches take so long, whatever is in them. */
  FakeInferenceServer slowModel(Duration batch) {
    var slow = FAST.withCost((double) batch.toNanos(), 0, 0);
    return opened(FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(slow, 1)));
  }

  private FakeInferenceServer opened(FakeInferenceServer server) {
    open.add(server);
    return server;
  }

  static ServiceServer service(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("SLUICE_EMBED_PORT", "0");
    all.putIfAbsent("SLUICE_EMBED_MANAGEMENT_PORT", "0");
    all.put("SLUICE_EMBED_BACKEND", "inference");
    return EmbedServer.start(EmbedConfig.read(new Settings(all)));
  }

  EmbedServiceBlockingStub stub(Map<String, String> settings) {
    ServiceServer service = service(settings);
    open.add(service);
    return EmbedServiceGrpc.newBlockingStub(channel(service));
  }

  ManagedChannel channel(ServiceServer service) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(service.address()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return channel;
  }

  static Map<String, String> targets(String targets) {
    return Map.of("SLUICE_EMBED_TARGETS", targets);
  }

  static EmbedRequest texts(String... texts) {
    return EmbedRequest.newBuilder().addAllTexts(List.of(texts)).build();
  }

  static void assertVector(EmbedResponse response, int index, String text) {
    long[] ids = TOKENIZER.encode(text, 512, Truncation.NONE).ids();
    float[] expected = Vectors.unitRow(FakeModel.EMBED.vector(ids), 0, FakeModel.EMBED.dimension());
    List<Float> values = response.getEmbeddings(index).getFloatVector().getValuesList();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(values.get(i)).isEqualTo(expected[i]);
    }
  }

  static StatusRuntimeException failure(EmbedServiceBlockingStub stub, String text) {
    try {
      stub.embed(texts(text));
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("the call did not fail");
  }

  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
