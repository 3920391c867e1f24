package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedRequest.OutputEncoding;
import dev.sluice.embed.v1.EmbedRequest.Truncate;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The service with its real model, over real gRPC. */
class EmbedServiceIT {

  private static final ServiceServer SERVER = start();
  private static final ManagedChannel CHANNEL =
      NettyChannelBuilder.forTarget(SERVER.address()).usePlaintext().build();
  private static final EmbedServiceBlockingStub STUB = EmbedServiceGrpc.newBlockingStub(CHANNEL);

  private static ServiceServer start() {
    Settings settings =
        new Settings(Map.of("SLUICE_EMBED_PORT", "0", "SLUICE_EMBED_MANAGEMENT_PORT", "0"));
    return EmbedServer.start(EmbedConfig.read(settings));
  }

  @AfterAll
  static void stop() {
    CHANNEL.shutdownNow();
    SERVER.close();
  }

  private static EmbedRequest.Builder documents(String... texts) {
    return EmbedRequest.newBuilder()
        .addAllTexts(List.of(texts))
        .setInputType(InputType.SEARCH_DOCUMENT);
  }

  private static float[] vector(EmbedResponse response, int index) {
    var values = response.getEmbeddings(index).getFloatVector();
    float[] vector = new float[values.getValuesCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.getValues(i);
    }
    return vector;
  }

  private static float[] vector(InputType type, String text) {
    return vector(STUB.embed(documents(text).setInputType(type).build()), 0);
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void vectorsHaveLengthOneAndTheModelsDimensions() {
    float[] vector = vector(InputType.SEARCH_DOCUMENT, "A sluice is a gate that controls water.");
    assertThat(vector).hasSize(384);
    assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
  }

  @ParameterizedTest
  @MethodSource("paraphrases")
  void paraphrasesAreNearerThanUnrelatedTexts(String text, String paraphrase, String unrelated) {
    float[] vector = vector(InputType.SEARCH_DOCUMENT, text);
    assertThat(cosine(vector, vector(InputType.SEARCH_DOCUMENT, paraphrase)))
        .isGreaterThan(cosine(vector, vector(InputType.SEARCH_DOCUMENT, unrelated)) + 0.1);
  }

  private static Stream<Arguments> paraphrases() {
    return Stream.of(
        Arguments.of(
            "The physician prescribed a drug against high blood pressure.",
            "The doctor gave her medicine for hypertension.",
            "The stock market fell sharply on Monday."),
        Arguments.of(
            "How do I reset my password?",
            "I forgot my login credentials and cannot sign in.",
            "Penguins live in the southern hemisphere."),
        Arguments.of(
            "The train to Berlin was cancelled because of snow.",
            "Heavy snowfall stopped rail service to the German capital.",
            "She plays the violin in an orchestra."));
  }

  @Test
  void aQuestionIsNearestToThePassageThatAnswersIt() {
    float[] query = vector(InputType.SEARCH_QUERY, "Who wrote the novel Moby-Dick?");
    double answer =
        cosine(
            query,
            vector(InputType.SEARCH_DOCUMENT, "Herman Melville published Moby-Dick in 1851."));
    double other =
        cosine(
            query,
            vector(InputType.SEARCH_DOCUMENT, "Sperm whales dive to depths of two kilometres."));
    assertThat(answer).isGreaterThan(other);
  }

  @Test
  void queriesAndDocumentsAreReadDifferently() {
    String text = "the capital of France";
    assertThat(vector(InputType.SEARCH_QUERY, text))
        .isNotEqualTo(vector(InputType.SEARCH_DOCUMENT, text));
  }

  @Test
  void aVectorDependsOnItsTextAloneBitForBit() throws Exception {
    String text = "Whatever shares its batch, this vector stays the same.";
    float[] alone = vector(InputType.SEARCH_DOCUMENT, text);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EmbedResponse>> responses = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String neighbour = "A neighbour. ".repeat(1 + 7 * i);
        responses.add(callers.submit(() -> STUB.embed(documents(neighbour, text, "x").build())));
      }
      for (Future<EmbedResponse> response : responses) {
        assertThat(vector(response.get(), 1)).isEqualTo(alone);
      }
    }
  }

  @Test
  void tooLongTextsAreRefusedOrCutAsAsked() {
    String text = "water ".repeat(2000);
    assertThat(field(documents("short", text).build())).isEqualTo("texts[1]");
    var end = STUB.embed(documents(text + "end").setTruncate(Truncate.END).build());
    var start = STUB.embed(documents(text + "end").setTruncate(Truncate.START).build());
    assertThat(end.getEmbeddings(0).getTruncated()).isTrue();
    assertThat(end.getEmbeddings(0).getTokenCount()).isEqualTo(512);
    assertThat(start.getEmbeddings(0)).isNotEqualTo(end.getEmbeddings(0));
  }

  @Test
  void int8VectorsAreTheFloatsTimes127() {
    var response = STUB.embed(documents("hello").setOutputEncoding(OutputEncoding.INT8).build());
    float[] floats = vector(InputType.SEARCH_DOCUMENT, "hello");
    byte[] bytes = response.getEmbeddings(0).getInt8Vector().toByteArray();
    assertThat(bytes).hasSize(384);
    for (int i = 0; i < bytes.length; i++) {
      assertThat((double) bytes[i]).isCloseTo(floats[i] * 127, within(0.51));
    }
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void badInputNamesTheField(EmbedRequest request, String field) {
    assertThat(field(request)).isEqualTo(field);
  }

  private static Stream<Arguments> badRequests() {
    return Stream.of(
        Arguments.of(documents().build(), "texts"),
        Arguments.of(documents("").build(), "texts[0]"),
        Arguments.of(documents("ok", " \n\t ").build(), "texts[1]"),
        Arguments.of(documents("\0\0").build(), "texts[0]"),
        Arguments.of(documents("a".repeat(1_000_000)).build(), "texts[0]"),
        Arguments.of(documents("a ".repeat(2000).split(" ")).build(), "texts"),
        Arguments.of(documents("a").setOutputDimension(-1).build(), "output_dimension"),
        Arguments.of(documents("a").setOutputDimension(100).build(), "output_dimension"),
        Arguments.of(documents("a").setInputTypeValue(99).build(), "input_type"));
  }

  private static String field(EmbedRequest request) {
    try {
      STUB.embed(request);
      throw new AssertionError("was not refused");
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      try {
        var status = StatusProto.fromThrowable(e);
        assertThat(status).isNotNull();
        return status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField();
      } catch (InvalidProtocolBufferException broken) {
        throw new AssertionError(broken);
      }
    }
  }

  @Test
  void oddCharactersAreReadAndHarmNobody() {
    var response = STUB.embed(documents("NUL \0 inside", "emoji 😀", "مرحبا", "a").build());
    assertThat(response.getEmbeddingsCount()).isEqualTo(4);
  }

  @Test
  void streamsAnswerEachRequestInOrder() throws Exception {
    var done = new CompletableFuture<List<EmbedResponse>>();
    List<EmbedResponse> responses = new ArrayList<>();
    StreamObserver<EmbedRequest> requests =
        EmbedServiceGrpc.newStub(CHANNEL)
            .embedStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EmbedResponse response) {
                    responses.add(response);
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    done.completeExceptionally(thrown);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(responses);
                  }
                });
    for (int i = 1; i <= 20; i++) {
      requests.onNext(
          documents(Stream.generate(() -> "t").limit(i).toArray(String[]::new)).build());
    }
    requests.onCompleted();
    assertThat(done.get())
        .extracting(EmbedResponse::getEmbeddingsCount)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
  }

  @Test
  void theReportSaysWhatWasDone() {
    var response = STUB.embed(documents("one two", "three").build());
    var report = response.getStageReport();
    assertThat(report.getInputCount()).isEqualTo(2);
    assertThat(report.getBatchCount()).isEqualTo(2);
    assertThat(report.getTokenCount()).isEqualTo(4 + 3);
    assertThat(report.getPaddedTokenCount()).isEqualTo(16);
    assertThat(Durations.toNanos(report.getComputeTime())).isPositive();
    assertThat(report.getModel()).isEqualTo("bge-small-en-v1.5-q");
  }

  @Test
  void tokensAreCountedWithoutTheModelsOwn() {
    var counts =
        STUB.countTokens(
            CountTokensRequest.newBuilder().addTexts("hello world").addTexts("").build());
    assertThat(counts.getTokenCountsList()).containsExactly(2, 0);
  }

  @Test
  void theModelIsNamedByAFingerprint() {
    var info = STUB.getEmbedModel(GetEmbedModelRequest.getDefaultInstance());
    assertThat(info.getModelFingerprint()).hasSize(64);
    assertThat(info.getDimension()).isEqualTo(384);
    assertThat(info.getMaxTokens()).isEqualTo(512);
    assertThat(STUB.embed(documents("a").build()).getModelFingerprint())
        .isEqualTo(info.getModelFingerprint());
  }
}
