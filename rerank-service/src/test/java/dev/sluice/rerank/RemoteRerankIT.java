package dev.sluice.rerank;

import static dev.sluice.rerank.RunningReranker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.inference.FloatType;
import dev.sluice.serving.inference.IntegerType;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.inference.fake.Fault;
import dev.sluice.serving.inference.fake.Faults;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service with a cross-encoder on fake model servers, whose logits depend on the tokens. */
final class RemoteRerankIT {

  private static final Accelerator FAST = new Accelerator(1e6, 0, 0, true, 1, 0, 0);
  private static final Path DIRECTORY = directory();
  private static final Tokenizer TOKENIZER =
      ModelFiles.tokenizerAt(Optional.of(DIRECTORY)).loadTokenizer();
  private static final int WINDOW = 32;
  private static final String QUESTION = "What is the capital of France?";
  private static final List<String> DOCUMENTS =
      List.of("Paris is the capital of France.", "the river", "day ".repeat(100));

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private static Path directory() {
    try {
      var resource = RemoteRerankIT.class.getResource("/cross-encoder-one-logit");
      return Path.of(Objects.requireNonNull(resource).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private FakeInferenceServer model(FakeModel model) {
    return model(model, FAST);
  }

  private FakeInferenceServer model(FakeModel model, Accelerator accelerator) {
    var server = FakeInferenceServer.start(model, Device.asSent(accelerator, 1));
    open.add(server);
    return server;
  }

  private RunningReranker running(FakeInferenceServer server, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("SLUICE_RERANK_BACKEND", "inference");
    settings.put("SLUICE_RERANK_TARGETS", server.target());
    settings.put("SLUICE_RERANK_MAX_TOKENS", Integer.toString(WINDOW));
    var reranker = new RunningReranker(settings);
    open.add(reranker);
    return reranker;
  }

  private RunningReranker running(FakeInferenceServer server) {
    return running(server, Map.of("SLUICE_RERANK_MODEL_DIRECTORY", DIRECTORY.toString()));
  }

  /** The logits of the tokens that a document's pair should have. */
  private static float[] logits(FakeModel model, String document) {
    return model.vector(TOKENIZER.encodePair(QUESTION, document, WINDOW).ids());
  }

  private static double logistic(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double[] scores(RerankResponse response) {
    double[] scores = new double[response.getResultsCount()];
    for (RerankResult result : response.getResultsList()) {
      scores[result.getIndex()] = result.getRelevanceScore();
    }
    return scores;
  }

  @Test
  void oneLogitBecomesItsLogisticFunctionAndTheQueryIsKept() {
    var response = running(model(FakeModel.RERANK)).rerank(request(QUESTION, DOCUMENTS));
    double[] expected =
        DOCUMENTS.stream()
            .mapToDouble(text -> logistic(logits(FakeModel.RERANK, text)[0]))
            .toArray();
    assertThat(scores(response)).containsExactly(expected);
    assertThat(response.getModel()).isEqualTo("rerank");
    assertThat(response.getModelFingerprint()).hasSize(64);
    assertThat(response.getQueryTruncated()).isFalse();
    assertThat(response.getResultsList().stream().filter(RerankResult::getTruncated))
        .extracting(RerankResult::getIndex)
        .containsExactly(2);
  }

  @Test
  void callsThatWaitForAModelElsewhereDoNotCloseTheDoor() {
    var slow = model(FakeModel.RERANK, FAST.withCost(40e6, 0, 0));
    var reranker =
        running(
            slow,
            Map.of(
                "SLUICE_RERANK_MODEL_DIRECTORY",
                DIRECTORY.toString(),
                "SLUICE_RERANK_MAX_BATCH_ITEMS",
                "1"));
    var stub = reranker.futureStub().withDeadlineAfter(3, TimeUnit.SECONDS);
    List<Future<RerankResponse>> responses =
        IntStream.range(0, 50)
            .mapToObj(i -> stub.rerank(request(QUESTION, List.of("day " + i)).build()))
            .collect(Collectors.toList());
    await(responses);
    assertThat(responses).anyMatch(response -> response.state() == Future.State.SUCCESS);
    assertThat(reranker.doorLimit())
        .as("a quarter of them waited for more than half of their time")
        .isEqualTo(32.0 * Runtime.getRuntime().availableProcessors());
  }

  /** Until all have ended, in whatever way: some may be refused as late. */
  private static void await(List<Future<RerankResponse>> responses) {
    for (Future<RerankResponse> response : responses) {
      while (!response.isDone()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void ofTwoLogitsTheSecondOnesShareCounts(FloatType type) {
    var two = FakeModel.RERANK.withDimension(2).withType(type);
    double[] scores = scores(running(model(two)).rerank(request(QUESTION, DOCUMENTS)));
    IntStream.range(0, DOCUMENTS.size())
        .forEach(i -> {
          float[] logits = logits(two, DOCUMENTS.get(i));
          assertThat(scores[i]).isCloseTo(logistic(logits[1] - logits[0]), within(0.01));
        });
  }

  @Test
  void aModelMayWantShortIntegersAndNoTypes() {
    var model = FakeModel.RERANK.withInputs(IntegerType.INT32, "attention_mask", "input_ids");
    double[] scores = scores(running(model(model)).rerank(request(QUESTION, DOCUMENTS)));
    assertThat(scores[1]).isEqualTo(logistic(logits(model, DOCUMENTS.get(1))[0]));
  }

  @Test
  void oneBatchIsOneCall() {
    var server = model(FakeModel.RERANK);
    var reranker = running(server);
    reranker.rerank(request(QUESTION, DOCUMENTS));
    assertThat(server.counts().calls()).isEqualTo(1);
    assertThat(server.counts().rows()).isEqualTo(DOCUMENTS.size());
  }

  @Test
  void aBrokenServerFailsTheCallAndNoMore() {
    var server = model(FakeModel.RERANK);
    var reranker = running(server);
    server.faults(Faults.always(Fault.Lie.NOT_A_NUMBER));
    assertThatThrownBy(() -> reranker.rerank(request(QUESTION, DOCUMENTS)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
    server.faults(Faults.none());
    assertThat(scores(reranker.rerank(request(QUESTION, DOCUMENTS)))).hasSize(3);
  }

  @Test
  void aSentenceEncoderIsNoReranker() {
    var server = model(FakeModel.RERANK.withDimension(384));
    assertThatThrownBy(() -> running(server))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("the output logits is no reranker's");
  }

  @Test
  void withoutItsTokenizerTheStartSaysWhatIsMissing() {
    var server = model(FakeModel.RERANK);
    assertThatThrownBy(() -> running(server, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SLUICE_RERANK_MODEL_DIRECTORY is missing");
  }
}
