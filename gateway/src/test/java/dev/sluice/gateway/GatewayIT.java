package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.sluice.client.AnswerFold;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerEvent.EventCase;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.AnswerServiceGrpc.AnswerServiceBlockingStub;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.FusionWeights;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc.SearchServiceBlockingStub;
import dev.sluice.gateway.v1.SpanUnit;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StagePolicy;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Search and answers through real stubs: what stays, what degrades, what fails. */
class GatewayIT {

  private static final String TEXT =
      "😀 Sluice gates control water. They open slowly. The river is wide.";

  @TempDir private Path data;
  private final ScriptedServices services = new ScriptedServices();
  private ServiceServer server;
  private ManagedChannel channel;
  private SearchServiceBlockingStub search;
  private AnswerServiceBlockingStub answers;

  @BeforeEach
  void start() {
    Settings settings =
        new Settings(
            Map.of(
                "SLUICE_GATEWAY_PORT", "0",
                "SLUICE_GATEWAY_MANAGEMENT_PORT", "0",
                "SLUICE_GATEWAY_INTERACTIVE_DEADLINE", "2s",
                "SLUICE_GATEWAY_FALLBACK_MODEL", "extractive",
                "SLUICE_DATA", data.resolve("data").toString()));
    server = GatewayServer.start(GatewayConfig.read(settings).with(services.addresses()));
    channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
    search = SearchServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    answers = AnswerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    CollectionServiceGrpc.newBlockingStub(channel)
        .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());
    store("gates", TEXT);
    store("cats", "Cats sleep most of the day. Cats purr.");
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    services.close();
  }

  private void store(String id, String text) {
    store("c", Document.newBuilder().setId(id).setText(text).build());
  }

  private void store(String collection, Document document) {
    var acknowledgement = new Acknowledgement();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel).upsertDocuments(acknowledgement);
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection(collection)
            .setDocument(document)
            .build());
    requests.onCompleted();
    assertThat(acknowledgement.first.join().hasError()).isFalse();
  }

  /** The first acknowledgement of an upsert stream, and how the stream failed. */
  private static final class Acknowledgement implements StreamObserver<UpsertDocumentsResponse> {
    final CompletableFuture<UpsertDocumentsResponse> first = new CompletableFuture<>();
    final CompletableFuture<Code> failed = new CompletableFuture<>();

    @Override
    public void onNext(UpsertDocumentsResponse response) {
      first.complete(response);
    }

    @Override
    public void onError(Throwable failure) {
      first.completeExceptionally(failure);
      failed.complete(Status.fromThrowable(failure).getCode());
    }

    @Override
    public void onCompleted() {}
  }

  /** Without a deadline of its own: only the gateway's default of 2 s ends its calls. */
  private SearchServiceBlockingStub patientSearch() {
    return SearchServiceGrpc.newBlockingStub(channel);
  }

  private static SearchRequest.Builder query(String text) {
    return SearchRequest.newBuilder().setCollection("c").setQuery(text);
  }

  private static AnswerRequest.Builder question(String text) {
    return AnswerRequest.newBuilder()
        .setCollection("c")
        .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(text));
  }

  private static List<Score.Kind> kinds(SearchResponse response) {
    return response.getResults(0).getScoresList().stream().map(Score::getKind).toList();
  }

  private static Map<String, Outcome> outcomes(List<StageReport> reports) {
    Map<String, Outcome> outcomes = new java.util.LinkedHashMap<>();
    reports.forEach(report -> outcomes.put(report.getStage(), report.getOutcome()));
    return outcomes;
  }

  private static void assertDegraded(
      List<Degradation> degradations, String stage, Reason reason, Effect effect) {
    assertThat(degradations)
        .extracting(Degradation::getStage, Degradation::getReason, Degradation::getEffect)
        .containsExactly(tuple(stage, reason, effect));
  }

  @Test
  void aSearchReportsEveryStageAndEveryScore() {
    SearchResponse response = search.search(query("gates control water").build());
    assertThat(response.getResults(0).getDocumentId()).isEqualTo("gates");
    assertThat(kinds(response))
        .containsExactly(
            Score.Kind.RERANK, Score.Kind.FUSED, Score.Kind.VECTOR_COSINE, Score.Kind.BM25);
    assertThat(outcomes(response.getStageReportsList()))
        .containsExactly(
            Map.entry("embed", Outcome.COMPLETED),
            Map.entry("retrieve", Outcome.COMPLETED),
            Map.entry("rerank", Outcome.COMPLETED));
    assertThat(response.getStageReportsList())
        .allSatisfy(report -> assertThat(report.getAttemptCount()).isEqualTo(1));
    assertThat(response.getDegradationsList()).isEmpty();
  }

  @Test
  void lexicalAndDenseSearchesHaveTheirOwnScores() {
    assertThat(
            kinds(
                search.search(
                    query("water")
                        .setMode(RetrievalMode.LEXICAL)
                        .putStagePolicies("rerank", StagePolicy.OFF)
                        .build())))
        .containsExactly(Score.Kind.BM25);
    assertThat(
            kinds(
                search.search(
                    query("water")
                        .setMode(RetrievalMode.DENSE)
                        .putStagePolicies("rerank", StagePolicy.OFF)
                        .build())))
        .containsExactly(Score.Kind.VECTOR_COSINE);
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  void aRerankingThatFailsForAWhileIsSkippedAndReported(Status status, Reason reason) {
    services.rerankScript =
        number -> {
          throw status.asRuntimeException();
        };
    SearchResponse response = search.search(query("gates control water").build());
    assertThat(response.getResults(0).getDocumentId()).isEqualTo("gates");
    assertThat(kinds(response)).startsWith(Score.Kind.FUSED);
    assertDegraded(response.getDegradationsList(), "rerank", reason, Effect.RERANK_SKIPPED);
    assertThat(outcomes(response.getStageReportsList())).containsEntry("rerank", Outcome.FAILED);
  }

  private static Stream<Arguments> transientFailures() {
    return Stream.of(
        Arguments.of(Status.UNAVAILABLE, Reason.STAGE_UNAVAILABLE),
        Arguments.of(Status.RESOURCE_EXHAUSTED, Reason.STAGE_OVERLOADED),
        Arguments.of(Status.DEADLINE_EXCEEDED, Reason.STAGE_TIMEOUT),
        Arguments.of(Status.INTERNAL, Reason.STAGE_FAILED));
  }

  @Test
  void aRerankingThatHangsIsGivenUpInTimeForTheResults() {
    CountDownLatch never = new CountDownLatch(1);
    services.rerankScript = number -> never.await();
    SearchResponse response = patientSearch().search(query("water").build());
    never.countDown();
    assertThat(response.getResultsCount()).isPositive();
    assertDegraded(
        response.getDegradationsList(), "rerank", Reason.STAGE_TIMEOUT, Effect.RERANK_SKIPPED);
  }

  @Test
  void aRequiredRerankingFailsTheSearch() {
    services.rerankScript =
        number -> {
          throw Status.UNAVAILABLE.asRuntimeException();
        };
    assertThat(code(query("water").putStagePolicies("rerank", StagePolicy.REQUIRED).build()))
        .isEqualTo(Code.UNAVAILABLE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"PERMISSION_DENIED", "UNAUTHENTICATED", "INVALID_ARGUMENT", "FAILED_PRECONDITION"})
  void whatAServiceRefusesIsNeverMasked(Code refused) {
    services.rerankScript =
        number -> {
          throw refused.toStatus().asRuntimeException();
        };
    assertThat(code(query("water").build())).isEqualTo(Code.FAILED_PRECONDITION);
  }

  @Test
  void aLostEmbedServiceAndNoMatchingWordIsAnOutageAndNoEmptyResult() {
    services.stop(0);
    assertThat(code(query("zebra").build())).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void aHybridSearchSurvivesTheLossOfTheEmbedService() {
    services.stop(0);
    SearchResponse response = search.search(query("gates control water").build());
    assertThat(response.getResults(0).getDocumentId()).isEqualTo("gates");
    assertDegraded(
        response.getDegradationsList(), "embed", Reason.STAGE_UNAVAILABLE, Effect.LEXICAL_ONLY);
    assertThat(code(query("water").setMode(RetrievalMode.DENSE).build()))
        .as("an outage is never an empty result")
        .isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void unavailableIsRetriedAndTheAttemptsAreCounted() {
    services.embedScript =
        number -> {
          if (number % 2 == 1) {
            throw Status.UNAVAILABLE.asRuntimeException();
          }
        };
    services.embedScript = once(services.embedScript);
    SearchResponse response = search.search(query("water").build());
    assertThat(response.getDegradationsList()).isEmpty();
    assertThat(response.getStageReports(0).getAttemptCount()).isEqualTo(2);
  }

  /** Only the first call that it decides over can fail. */
  private static ScriptedServices.Script once(ScriptedServices.Script script) {
    var used = new java.util.concurrent.atomic.AtomicBoolean();
    return number -> {
      if (used.compareAndSet(false, true)) {
        script.call(1);
      }
    };
  }

  @Test
  void aTruncatedQueryIsReported() {
    services.embedTruncates = true;
    assertDegraded(
        search.search(query("water").build()).getDegradationsList(),
        "embed",
        Reason.INPUT_TRUNCATED,
        Effect.EFFECT_UNSPECIFIED);
  }

  @Test
  void anotherEmbeddingModelIsRefusedNamingBoth() throws InvalidProtocolBufferException {
    services.fingerprint = "fingerprint-2";
    StatusRuntimeException failure = failure(query("water").build());
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.getMessage()).contains("fingerprint-1").contains("fingerprint-2");
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    assertThat(details.getDetails(0).unpack(ErrorInfo.class).getReason())
        .isEqualTo("MODEL_MISMATCH");
  }

  @Test
  void aSpentDeadlineIsAnsweredWithTheStagesSoFar() {
    CountDownLatch never = new CountDownLatch(1);
    services.embedScript = number -> never.await();
    SearchRequest request = query("water").setMode(RetrievalMode.DENSE).build();
    StatusRuntimeException failure;
    try {
      patientSearch().search(request);
      throw new AssertionError("was answered");
    } catch (StatusRuntimeException e) {
      failure = e;
    }
    never.countDown();
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    assertThat(details.getDetails(0).is(StageReport.class)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("badSearches")
  void badInputNamesTheField(SearchRequest request, String field)
      throws InvalidProtocolBufferException {
    StatusRuntimeException failure = failure(request);
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    assertThat(details.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo(field);
  }

  private static Stream<Arguments> badSearches() {
    FusionWeights negative = FusionWeights.newBuilder().setDense(-1).setLexical(1).build();
    return Stream.of(
        Arguments.of(query("").build(), "query"),
        Arguments.of(query(" \t\n").build(), "query"),
        Arguments.of(query("\0").build(), "query"),
        Arguments.of(query("a".repeat(1_000_000)).build(), "query"),
        Arguments.of(query("a").setTopK(0).build(), "top_k"),
        Arguments.of(query("a").setTopK(1_000_000).build(), "top_k"),
        Arguments.of(query("a").setFusionWeights(negative).build(), "fusion_weights.dense"),
        Arguments.of(query("a").setCollection("No Such Name").build(), "collection"),
        Arguments.of(query("a").setModeValue(9).build(), "mode"));
  }

  @Test
  void unknownCollectionsAndFiltersHaveTheirOwnCodes() {
    assertThat(code(query("a").setCollection("unknown").build())).isEqualTo(Code.NOT_FOUND);
    assertThat(code(query("a").setFilter("year > 2024").build())).isEqualTo(Code.UNIMPLEMENTED);
  }

  private StatusRuntimeException failure(SearchRequest request) {
    try {
      search.search(request);
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("was not refused");
  }

  private Code code(SearchRequest request) {
    return failure(request).getStatus().getCode();
  }

  @Test
  void anAnswerIsTheFoldOfItsStreamAndItsEventsAreInOrder() {
    AnswerRequest request = question("gates control water").build();
    List<AnswerEvent> events = new ArrayList<>();
    answers.streamAnswer(request).forEachRemaining(events::add);
    assertThat(events)
        .extracting(AnswerEvent::getEventCase)
        .containsExactly(
            EventCase.STARTED,
            EventCase.SEARCH_RESULTS,
            EventCase.TEXT_DELTA,
            EventCase.CITATION,
            EventCase.COMPLETED);
    AnswerResponse folded = AnswerFold.of(events.iterator());
    AnswerResponse unary = answers.answer(request);
    assertThat(withoutTimes(folded)).isEqualTo(withoutTimes(unary));
    assertThat(outcomes(unary.getStageReportsList()).keySet())
        .containsExactly("embed", "retrieve", "rerank", "generate", "verify");
  }

  private static AnswerResponse withoutTimes(AnswerResponse response) {
    return response.toBuilder().clearStageReports().build();
  }

  @Test
  void aCitationIsExactInUtf16AndInUtf8() {
    CitationSource utf16 = source(question("gates control water").build());
    assertThat(utf16.getVerification()).isEqualTo(Verification.EXACT);
    assertThat(TEXT.substring(utf16.getSourceSpan().getStart(), utf16.getSourceSpan().getEnd()))
        .isEqualTo(utf16.getQuote());
    CitationSource utf8 =
        source(question("gates control water").setSpanUnit(SpanUnit.UTF8).build());
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    int start = utf8.getSourceSpan().getStart();
    assertThat(
            new String(bytes, start, utf8.getSourceSpan().getEnd() - start, StandardCharsets.UTF_8))
        .isEqualTo(utf8.getQuote());
  }

  private CitationSource source(AnswerRequest request) {
    return answers.answer(request).getCitations(0).getSources(0);
  }

  @Test
  void aQuoteThatIsNotThereIsDroppedAndReported() {
    services.generation =
        request ->
            List.of(
                ScriptedServices.delta("Gates are made of cheese."),
                ScriptedServices.quote(0, "made of cheese", 0, 25),
                ScriptedServices.quote(7, "The river", 0, 25),
                ScriptedServices.completed());
    AnswerResponse response = answers.answer(question("gates control water").build());
    assertThat(response.getCitationsList()).isEmpty();
    assertThat(response.getDegradationsList())
        .extracting(Degradation::getReason)
        .containsExactly(Reason.CITATION_DROPPED, Reason.CITATION_DROPPED);
  }

  @Test
  void aQuoteThatDiffersInSpacesAndQuotationMarksIsNormalized() {
    services.generation =
        request ->
            List.of(
                ScriptedServices.delta("They open."),
                ScriptedServices.quote(0, "They  open\nslowly.", 0, 10),
                ScriptedServices.completed());
    CitationSource source = source(question("gates control water").build());
    assertThat(source.getVerification()).isEqualTo(Verification.NORMALIZED);
    assertThat(TEXT.substring(source.getSourceSpan().getStart(), source.getSourceSpan().getEnd()))
        .isEqualTo("They open slowly.");
  }

  @Test
  void anEmptyCollectionAbstainsWithoutAskingTheGenerator() {
    CollectionServiceGrpc.newBlockingStub(channel)
        .createCollection(CreateCollectionRequest.newBuilder().setCollection("empty").build());
    AnswerResponse response = answers.answer(question("anything").setCollection("empty").build());
    assertThat(response.getAbstention().getReason())
        .isEqualTo(Abstention.Reason.NO_RELEVANT_CONTENT);
    assertThat(outcomes(response.getStageReportsList())).containsEntry("generate", Outcome.SKIPPED);
  }

  @Test
  void aDocumentWithoutAWordIsStoredAndNeverGivenToTheGenerator() {
    CollectionServiceGrpc.newBlockingStub(channel)
        .createCollection(CreateCollectionRequest.newBuilder().setCollection("odd").build());
    store("odd", Document.newBuilder().setId("nul").setText("\0\0\u200b").build());
    store("odd", Document.newBuilder().setId("titled").setTitle("Quokkas").setText(" ").build());
    assertThat(search.search(query("quokkas").setCollection("odd").build()).getResultsList())
        .extracting(SearchResult::getDocumentId)
        .containsExactly("titled");
    assertThat(
            answers
                .answer(question("quokkas").setCollection("odd").build())
                .getAbstention()
                .getReason())
        .isEqualTo(Abstention.Reason.NO_RELEVANT_CONTENT);
  }

  @Test
  void aStoppingGatewayAcknowledgesWhatItReadAndEndsTheStream() throws Exception {
    var acknowledgement = new Acknowledgement();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel).upsertDocuments(acknowledgement);
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection("c")
            .setDocument(Document.newBuilder().setId("last").setText("The last words."))
            .build());
    assertThat(acknowledgement.first.get(20, TimeUnit.SECONDS).hasError()).isFalse();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    assertThat(acknowledgement.failed.get(20, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
    closing.get(20, TimeUnit.SECONDS);
  }

  @Test
  void aGenerationThatBreaksOffEndsAsIncompleteWithWhatWasSent() {
    services.generation = request -> List.of(ScriptedServices.delta("half"));
    AnswerResponse answer = answers.answer(question("gates").build());
    assertThat(answer.getText()).isEqualTo("half");
    assertThat(answer.getFinishReason()).isEqualTo(FinishReason.INCOMPLETE);
    assertThat(answer.getDegradationsList())
        .extracting(Degradation::getStage, Degradation::getReason)
        .containsExactly(tuple("generate", Reason.STAGE_FAILED));
  }

  @Test
  void aGenerationThatFailsBeforeItsFirstWordIsReplacedByTheFallback() {
    services.generation =
        request ->
            request.getModel().equals("extractive")
                ? ScriptedServices.firstSentence(request)
                : List.of();
    AnswerResponse answer = answers.answer(question("gates").build());
    assertThat(answer.getText()).isNotEmpty();
    assertThat(answer.getFinishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.getCitationsCount()).isEqualTo(1);
    assertDegraded(
        answer.getDegradationsList(), "generate", Reason.STAGE_FAILED, Effect.EXTRACTIVE_ANSWER);
  }

  @Test
  void aGenerationAndAFallbackThatFailFailTheAnswer() {
    services.generation = request -> List.of();
    assertThatThrownBy(() -> answers.answer(question("gates").build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.INTERNAL));
  }

  @Test
  void theLastMessageMustBeTheUsersAndOfBoundedLength() {
    AnswerRequest assistant =
        question("a")
            .addMessages(Message.newBuilder().setRole(Message.Role.ASSISTANT).setContent("hello"))
            .build();
    for (AnswerRequest request : List.of(assistant, question("a ".repeat(9000)).build())) {
      try {
        answers.answer(request);
        throw new AssertionError("was not refused");
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
      }
    }
  }

  @Test
  void theGatewayServesTheServicesThemselves() {
    var embed = EmbedServiceGrpc.newBlockingStub(channel);
    EmbedRequest request = EmbedRequest.newBuilder().addTexts("a").build();
    assertThat(embed.embed(request).getModel()).isEqualTo("words");
    services.embedScript =
        number -> {
          throw Status.RESOURCE_EXHAUSTED.withDescription("busy").asRuntimeException();
        };
    assertThat(embedFailure(request).getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    services.stop(0);
    StatusRuntimeException gone = embedFailure(request);
    assertThat(gone.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(gone.getMessage()).doesNotContain("127.0.0.1");
  }

  private StatusRuntimeException embedFailure(EmbedRequest request) {
    try {
      EmbedServiceGrpc.newBlockingStub(channel).embed(request);
      throw new AssertionError("was answered");
    } catch (StatusRuntimeException e) {
      return e;
    }
  }
}
