package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.fake.Counts;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.inference.fake.Fault;
import dev.sluice.serving.inference.fake.Faults;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The client against a server of the protocol, over real sockets. */
class InferenceClientIT {

  private static final Accelerator FAST = new Accelerator(0, 0, 0, true, 2, 0, 0);
  private static final long[] SHORT = {101, 7, 102};
  private static final long[] LONG = {101, 7, 8, 9, 10, 102};

  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private FakeInferenceServer server = start(FakeModel.EMBED, FAST);
  private InferenceClient client =
      new InferenceClient(List.of(server.target()), ChannelSecurity.NONE);

  private static FakeInferenceServer start(FakeModel model, Accelerator accelerator) {
    return FakeInferenceServer.start(model, Device.asSent(accelerator, 1));
  }

  private void use(FakeModel model, Accelerator accelerator) {
    close();
    server = start(model, accelerator);
    client = new InferenceClient(List.of(server.target()), ChannelSecurity.NONE);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    later.shutdownNow();
  }

  private static Inference inference(String model, long dimension, long[]... rows) {
    int[] lengths = Arrays.stream(rows).mapToInt(row -> row.length).toArray();
    return new Inference(
        model,
        List.of(
            IntegerTensor.padded("input_ids", IntegerType.INT64, 8, List.of(rows)),
            IntegerTensor.mask("attention_mask", IntegerType.INT64, 8, lengths)),
        "embedding",
        List.of((long) rows.length, dimension));
  }

  private Tensor infer(long[]... rows) {
    return client.infer(0, inference("embed", Inference.ANY, rows));
  }

  private void refuse(Status status) {
    server.faults(Faults.always(new Fault.Refusal(status)));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void everyRowGetsTheVectorOfItsOwnTokens(FloatType type) {
    use(FakeModel.EMBED.withType(type), FAST);
    Tensor output = infer(SHORT, LONG, SHORT);
    assertThat(output.shape()).containsExactly(3, FakeModel.EMBED.dimension());
    float[] values = output.values();
    for (int i = 0; i < 3; i++) {
      float[] expected = FakeModel.EMBED.vector(i == 1 ? LONG : SHORT);
      for (int j = 0; j < expected.length; j++) {
        assertThat((double) values[i * expected.length + j])
            .isCloseTo(expected[j], within(type == FloatType.FP32 ? 0 : 0.01));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.Lie.class)
  void aLyingServerIsNotBelieved(Fault.Lie lie) {
    server.faults(Faults.always(lie));
    assertThatThrownBy(() -> infer(SHORT, LONG)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void anotherDimensionThanAskedForIsNotBelieved() {
    assertThatThrownBy(() -> client.infer(0, inference("embed", 64, SHORT)))
        .isInstanceOf(Failure.Internal.class);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Exceeds maximum queue size, Overloaded",
    "UNAVAILABLE, Request timeout expired, DeadlineExceeded",
    "UNAVAILABLE, Server is stopping, Unavailable",
    "UNAVAILABLE, Request for unknown model: 'embed' is not found, Unavailable",
    "UNAVAILABLE, 'This protocol is restricted, expecting header', Unavailable",
    "UNAVAILABLE, , Unavailable",
    "NOT_FOUND, Request for unknown model, Unavailable",
    "UNIMPLEMENTED, decoupled transaction policy, Unavailable",
    "PERMISSION_DENIED, no, Unavailable",
    "CANCELLED, by the server, Unavailable",
    "RESOURCE_EXHAUSTED, too many calls, Overloaded",
    "RESOURCE_EXHAUSTED, gRPC message exceeds maximum size 4, Internal",
    "INVALID_ARGUMENT, unexpected shape for input, Internal",
    "INTERNAL, onnx runtime error 2, Internal",
    "UNKNOWN, , Internal",
    "INTERNAL, CUDA failure 2: out of memory, ModelMemoryException",
    "INTERNAL, Failed to allocate memory for requested buffer, ModelMemoryException",
    "UNKNOWN, std::bad_alloc, ModelMemoryException"
  })
  void aStatusIsTranslatedByWhatItMeans(Status.Code code, String message, String meaning) {
    refuse(code.toStatus().withDescription(message));
    assertThatThrownBy(() -> infer(SHORT))
        .isInstanceOfAny(Failure.class, ModelMemoryException.class)
        .satisfies(thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(meaning))
        .satisfies(thrown -> assertThat(thrown.getMessage()).isNotEqualTo(message));
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, io exception, MODEL_UNAVAILABLE",
    "UNAVAILABLE, Request for unknown model: 'embed' is not found, MODEL_NOT_READY",
    "UNAVAILABLE, 'This protocol is restricted, expecting header', MODEL_REFUSED",
    "NOT_FOUND, no such model, MODEL_NOT_READY",
    "UNIMPLEMENTED, decoupled transaction policy, MODEL_REFUSED",
    "UNAUTHENTICATED, who, MODEL_REFUSED"
  })
  void whatIsUnavailableSaysWhy(Status.Code code, String message, String reason) {
    refuse(code.toStatus().withDescription(message));
    assertThatThrownBy(() -> infer(SHORT))
        .isInstanceOfSatisfying(
            Failure.Unavailable.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }

  @Test
  void aServerThatGoesAwayInMidCallIsUnavailable() {
    server.faults(Faults.always(Fault.SILENCE));
    var _ =
        later.submit(() -> {
          await(() -> server.counts().calls() == 1);
          server.close();
          return server;
        });
    assertThatThrownBy(() -> infer(SHORT)).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void eachRequestHasAnIdOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      infer(SHORT);
    }
    assertThat(server.ids()).hasSize(3).doesNotContain("");
  }

  @Test
  void anUnknownModelAndADeadServerAreUnavailable() {
    assertThatThrownBy(() -> client.infer(0, inference("other", 32, SHORT)))
        .isInstanceOf(Failure.Unavailable.class);
    server.close();
    assertThatThrownBy(() -> infer(SHORT)).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void theDeadlineIsTheContextsAndReachesTheServer() throws Exception {
    server.faults(Faults.always(Fault.SILENCE));
    try (CancellableContext context =
        Context.current().withDeadlineAfter(100, TimeUnit.MILLISECONDS, later)) {
      assertThatThrownBy(() -> context.call(() -> infer(SHORT)))
          .isInstanceOf(Failure.DeadlineExceeded.class);
    }
    await(() -> server.counts().cancelled() == 1);
  }

  @Test
  void aCancelledContextEndsTheCallOnTheServerToo() throws Exception {
    server.faults(Faults.always(Fault.SILENCE));
    try (CancellableContext context = Context.current().withCancellation()) {
      var _ =
          later.submit(() -> {
            await(() -> server.counts().calls() == 1);
            return context.cancel(null);
          });
      assertThatThrownBy(() -> context.call(() -> infer(SHORT)))
          .isInstanceOf(Failure.Cancelled.class);
    }
    await(() -> server.counts().cancelled() == 1);
  }

  @Test
  void eachReplicaIsReachedByItsNumber() {
    try (FakeInferenceServer second = start(FakeModel.EMBED, FAST);
        InferenceClient both =
            new InferenceClient(List.of(server.target(), second.target()), ChannelSecurity.NONE)) {
      for (int replica : new int[] {0, 1, 1}) {
        both.infer(replica, inference("embed", 32, SHORT));
      }
      assertThat(both.replicas()).isEqualTo(2);
      assertThat(server.counts().calls()).isEqualTo(1);
      assertThat(second.counts().calls()).isEqualTo(2);
    }
  }

  @Test
  void theRoundTripIsMeasuredWhileTheReplicaIsInUse() throws Exception {
    use(FakeModel.EMBED, FAST.withRoundTrip(TimeUnit.MILLISECONDS.toNanos(20)));
    assertThat(client.roundTripNanos(0)).isZero();
    infer(SHORT);
    await(() -> client.roundTripNanos(0) > 0);
    assertThat(client.roundTripNanos(0))
        .isBetween(TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.MILLISECONDS.toNanos(900));
  }

  @Test
  void theServerCountsWhatItRan() {
    infer(SHORT, LONG);
    assertThat(server.counts())
        .usingRecursiveComparison()
        .ignoringFields("meanTimerError")
        .isEqualTo(new Counts(1, 0, 1, 2, 9, 16, 0));
  }
}
