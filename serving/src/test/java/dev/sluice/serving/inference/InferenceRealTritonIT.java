package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.inference.GRPCInferenceServiceGrpc;
import dev.sluice.inference.ModelReadyRequest;
import dev.sluice.inference.ServerReadyRequest;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.real.RealTriton;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against a real Triton: what its answers and its refusals mean. */
@Timeout(300)
class InferenceRealTritonIT {

  private static final long[] PAIR = {101, 7, 8, 102, 7, 9, 102};
  private static final long[] TYPES = {0, 0, 0, 0, 1, 1, 1};
  private static final int DIMENSION = 384;

  @TempDir private static Path folder;
  private static RealTriton triton;
  private static InferenceClient client;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  @BeforeAll
  static void start() {
    triton =
        RealTriton.startEncoder(folder, "bge-small-en-v1.5-q", "embed", "embed_tokens", "rerank");
    client = new InferenceClient(List.of(triton.target()), ChannelSecurity.NONE);
  }

  @AfterAll
  static void stop() {
    client.close();
    triton.close();
  }

  @AfterEach
  void release() {
    triton.release("embed");
    later.shutdownNow();
  }

  private static List<IntegerTensor> inputs(int rows) {
    return List.of(
        padded("input_ids", rows, PAIR),
        padded("attention_mask", rows, new long[] {1, 1, 1, 1, 1, 1, 1}),
        padded("token_type_ids", rows, TYPES));
  }

  private static IntegerTensor padded(String name, int rows, long[] row) {
    return IntegerTensor.padded(name, IntegerType.INT64, 8, Collections.nCopies(rows, row));
  }

  private static Tensor embed(int rows) {
    return client.infer(
        0, new Inference("embed", inputs(rows), "embedding", List.of((long) rows, Inference.ANY)));
  }

  @Test
  void aPooledOutputHasOneVectorForEachText() {
    assertThat(embed(3).shape()).containsExactly(3, DIMENSION);
  }

  @Test
  void anUnpooledOutputOfHalfPrecisionIsReadAsWhatItIs() {
    var tokens =
        client.infer(
            0,
            new Inference(
                "embed_tokens", inputs(2), "last_hidden_state", List.of(2L, 8L, Inference.ANY)));
    assertThat(tokens.shape()).containsExactly(2, 8, DIMENSION);
    float[] pooled = embed(2).values();
    for (int i = 0; i < DIMENSION; i++) {
      assertThat(tokens.values()[i]).isCloseTo(pooled[i], within(2e-3f));
    }
  }

  @Test
  void aPairGetsOneLogit() {
    var logits = client.infer(0, new Inference("rerank", inputs(2), "logits", List.of(2L, 1L)));
    assertThat(logits.values()).containsExactly(0, 0); // one of two query tokens is found
  }

  @Test
  void everyModelIsReadyAndAnUnknownOneIsNot() {
    ManagedChannel channel = NettyChannelBuilder.forTarget(triton.target()).usePlaintext().build();
    try {
      var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
      for (String model : List.of("embed", "embed_tokens", "rerank")) {
        assertThat(stub.modelReady(named(model)).getReady()).as(model).isTrue();
      }
      assertThat(stub.modelReady(named("nowhere")).getReady()).isFalse();
    } finally {
      channel.shutdownNow();
    }
  }

  private static ModelReadyRequest named(String model) {
    return ModelReadyRequest.newBuilder().setName(model).build();
  }

  @Test
  void anUnknownModelIsNotThere() {
    var inference = new Inference("nowhere", inputs(1), "embedding", List.of(1L, Inference.ANY));
    assertThatThrownBy(() -> client.infer(0, inference)).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void aMissingInputIsOurFault() {
    var inference =
        new Inference("embed", inputs(1).subList(0, 1), "embedding", List.of(1L, Inference.ANY));
    assertThatThrownBy(() -> client.infer(0, inference)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void anOutputThatTheModelHasNotIsOurFault() {
    var inference = new Inference("embed", inputs(1), "pooled", List.of(1L, Inference.ANY));
    assertThatThrownBy(() -> client.infer(0, inference)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void aBatchAboveTheModelsIsRefusedWhole() {
    long before = triton.count("embed", "start");
    assertThatThrownBy(() -> embed(65)).isInstanceOf(Failure.Internal.class);
    assertThat(triton.count("embed", "start")).isEqualTo(before);
  }

  @Test
  void aCancelledCallReturnsWhileTheModelStillRuns() throws Exception {
    triton.hold("embed");
    long before = triton.count("embed", "start");
    try (var context = Context.current().withCancellation();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var call = callers.submit(context.wrap(() -> embed(1)));
      RealTriton.await("the start", () -> triton.count("embed", "start") > before);
      context.cancel(null);
      assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
    }
  }

  @Test
  void aDeadlineEndsACallWhileTheModelStillRuns() throws Exception {
    triton.hold("embed");
    var context = Context.current().withDeadline(Deadline.after(100, TimeUnit.MILLISECONDS), later);
    context.run(
        () -> assertThatThrownBy(() -> embed(1)).isInstanceOf(Failure.DeadlineExceeded.class));
    context.cancel(null);
  }
}
