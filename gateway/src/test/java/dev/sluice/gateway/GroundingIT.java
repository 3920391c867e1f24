package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.AnswerServiceGrpc.AnswerServiceBlockingStub;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.CheckGroundingResponse;
import dev.sluice.gateway.v1.CitationPolicy;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.ClaimedQuote;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.EvidenceDocument;
import dev.sluice.gateway.v1.GroundingServiceGrpc;
import dev.sluice.gateway.v1.GroundingServiceGrpc.GroundingServiceBlockingStub;
import dev.sluice.gateway.v1.InlineEvidence;
import dev.sluice.gateway.v1.Span;
import dev.sluice.gateway.v1.SpanUnit;
import dev.sluice.gateway.v1.StoredEvidence;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.grpc.ManagedChannel;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts from anywhere are checked, and answers of which proof is demanded. */
class GroundingIT {

  private static final String TEXT =
      "😀 Sluice gates control water. They open slowly. The river is wide.";

  @TempDir private Path data;
  private final ScriptedServices services = new ScriptedServices();
  private ServiceServer server;
  private ManagedChannel channel;
  private GroundingServiceBlockingStub grounding;
  private AnswerServiceBlockingStub answers;
  private String version;

  @BeforeEach
  void start() {
    Settings settings =
        new Settings(
            Map.of(
                "SLUICE_GATEWAY_PORT", "0",
                "SLUICE_GATEWAY_MANAGEMENT_PORT", "0",
                "SLUICE_DATA", data.resolve("data").toString()));
    server = GatewayServer.start(GatewayConfig.read(settings).with(services.addresses()));
    channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
    grounding =
        GroundingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    answers = AnswerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    CollectionServiceGrpc.newBlockingStub(channel)
        .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());
    version = store("gates", TEXT);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    services.close();
  }

  private String store(String id, String text) {
    var stored = new CompletableFuture<String>();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel)
            .upsertDocuments(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UpsertDocumentsResponse response) {
                    stored.complete(response.getVersion());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    stored.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection("c")
            .setDocument(Document.newBuilder().setId(id).setText(text))
            .build());
    requests.onCompleted();
    return stored.join();
  }

  private static EvidenceDocument stored(String collection, String id, String version) {
    return EvidenceDocument.newBuilder()
        .setStored(
            StoredEvidence.newBuilder()
                .setCollection(collection)
                .setDocumentId(id)
                .setDocumentVersion(version))
        .build();
  }

  private static EvidenceDocument inline(String text) {
    return EvidenceDocument.newBuilder()
        .setInline(InlineEvidence.newBuilder().setId("mine").setText(text))
        .build();
  }

  private static CheckGroundingRequest.Builder check(String text, EvidenceDocument... documents) {
    return CheckGroundingRequest.newBuilder().setText(text).addAllDocuments(List.of(documents));
  }

  @Test
  void marksAreTakenOutAndCheckedAgainstStoredAndInlineDocuments() {
    CheckGroundingResponse response =
        grounding.checkGrounding(
            check(
                    "😀 Gates open. [[1|\"They open slowly.\"]] It rains. [[2|\"it snows\"]]",
                    stored("c", "gates", version),
                    inline("Today it rains."))
                .setSpanUnit(SpanUnit.UTF8)
                .build());
    assertThat(response.getText()).isEqualTo("😀 Gates open. It rains.");
    CitationSource first = response.getCitations(0).getSources(0);
    assertThat(first.getVerification()).isEqualTo(Verification.EXACT);
    assertThat(first.getDocumentVersion()).isEqualTo(version);
    assertThat(bytes(TEXT, first.getSourceSpan())).isEqualTo("They open slowly.");
    assertThat(bytes(response.getText(), response.getCitations(0).getAnswerSpan()))
        .isEqualTo("😀 Gates open.");
    CitationSource second = response.getCitations(1).getSources(0);
    assertThat(second.getVerification()).isEqualTo(Verification.NOT_FOUND);
    assertThat(second.hasSourceSpan()).isFalse();
    assertThat(second.getDocumentId()).isEqualTo("mine");
    assertThat(bytes(response.getText(), response.getUnsupportedSpans(0))).isEqualTo("It rains.");
    assertThat(response.getSupportScore()).isEqualTo(0.5);
    assertThat(response.getStageReportsList())
        .extracting(StageReport::getStage, StageReport::getInputCount, StageReport::getOutputCount)
        .containsExactly(tuple("verify", 2, 1));
  }

  private static String bytes(String text, Span span) {
    return new String(
        text.getBytes(StandardCharsets.UTF_8),
        span.getStart(),
        span.getEnd() - span.getStart(),
        StandardCharsets.UTF_8);
  }

  @Test
  void typedQuotesAreCheckedAndTheTextIsLeftAsItIs() {
    CheckGroundingResponse response =
        grounding.checkGrounding(
            check("Slow. It has [[1|\"x\"]] marks.", inline("They open slowly."))
                .addQuotes(
                    ClaimedQuote.newBuilder()
                        .setQuote("They  open slowly")
                        .setTextSpan(Span.newBuilder().setStart(0).setEnd(5)))
                .build());
    assertThat(response.getText()).isEqualTo("Slow. It has [[1|\"x\"]] marks.");
    assertThat(response.getCitations(0).getSources(0).getVerification())
        .isEqualTo(Verification.NORMALIZED);
    assertThat(response.getUnsupportedSpansCount()).isEqualTo(1);
  }

  @Test
  void whatWasGivenUpOnATextOfEqualWordsIsReported() {
    String text = "again ".repeat(19_000) + "other ".repeat(1_000);
    CheckGroundingResponse response =
        grounding.checkGrounding(check(text, inline("again ".repeat(100_000))).build());
    assertThat(response.getUnsupportedSpansCount()).isEqualTo(1);
    assertThat(response.getDegradationsList())
        .extracting(Degradation::getStage, Degradation::getReason)
        .containsExactly(tuple("verify", Degradation.Reason.BUDGET_EXHAUSTED));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aRequestThatNamesWhatIsNotThereIsRefused(
      CheckGroundingRequest request, Code code, String words) {
    StatusRuntimeException failure = refusal(() -> grounding.checkGrounding(request));
    assertThat(failure.getStatus().getCode()).isEqualTo(code);
    assertThat(failure.getMessage()).contains(words);
  }

  private static Stream<Arguments> refused() {
    EvidenceDocument inline = inline("They open slowly.");
    ClaimedQuote.Builder quote = ClaimedQuote.newBuilder().setQuote("x");
    Span half = Span.newBuilder().setStart(1).setEnd(2).build();
    return Stream.of(
        Arguments.of(check("a", stored("none", "gates", "")).build(), Code.NOT_FOUND, "none"),
        Arguments.of(check("a", stored("c", "none", "")).build(), Code.NOT_FOUND, "none"),
        Arguments.of(
            check("a", stored("c", "gates", "old")).build(), Code.FAILED_PRECONDITION, "old"),
        Arguments.of(check(" \n", inline).build(), Code.INVALID_ARGUMENT, "text"),
        Arguments.of(check("a").build(), Code.INVALID_ARGUMENT, "documents"),
        Arguments.of(
            check("a", EvidenceDocument.getDefaultInstance()).build(),
            Code.INVALID_ARGUMENT,
            "documents[0].document"),
        Arguments.of(check("a".repeat(131_073), inline).build(), Code.INVALID_ARGUMENT, "text"),
        Arguments.of(
            check("a", inline("b".repeat(600_000)), inline("b".repeat(600_000))).build(),
            Code.INVALID_ARGUMENT,
            "together"),
        Arguments.of(check("A. ".repeat(5000), inline).build(), Code.INVALID_ARGUMENT, "too many"),
        Arguments.of(
            check("a", inline).addQuotes(quote.clone().setDocumentIndex(1)).build(),
            Code.INVALID_ARGUMENT,
            "quotes[0].document_index"),
        Arguments.of(
            check("😀", inline).addQuotes(quote.clone().setTextSpan(half)).build(),
            Code.INVALID_ARGUMENT,
            "quotes[0].text_span"));
  }

  private static StatusRuntimeException refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("was not refused");
  }

  private static AnswerRequest.Builder question() {
    return AnswerRequest.newBuilder()
        .setCollection("c")
        .setCitationPolicy(CitationPolicy.REQUIRE_VERIFIED)
        .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent("gates water"));
  }

  private void generates(GenerateEvent... events) {
    services.writing = Writing.events(events);
  }

  @Test
  void aProvedAnswerPassesWhereProofIsDemanded() {
    AnswerResponse answer = answers.answer(question().build());
    assertThat(answer.getCitationsCount()).isEqualTo(1);
  }

  @Test
  void aQuoteThatIsNotFoundEndsTheStreamAtOnceWhereProofIsDemanded() {
    generates(
        Writing.delta("Cheese."),
        Writing.quote(0, "They open slowly", 0, 7),
        Writing.quote(0, "made of cheese", 0, 7),
        Writing.delta(" More."),
        Writing.completed());
    List<AnswerEvent.EventCase> seen = new ArrayList<>();
    StatusRuntimeException failure =
        refusal(() ->
            answers
                .streamAnswer(question().build())
                .forEachRemaining(event -> seen.add(event.getEventCase())));
    assertThat(reason(failure)).isEqualTo("CITATION_NOT_VERIFIED");
    assertThat(seen)
        .containsExactly(
            AnswerEvent.EventCase.STARTED,
            AnswerEvent.EventCase.SEARCH_RESULTS,
            AnswerEvent.EventCase.TEXT_DELTA,
            AnswerEvent.EventCase.CITATION);
  }

  private static String reason(StatusRuntimeException failure) {
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    try {
      return details.getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAnswerWithoutProofFailsWhereProofIsDemandedAndNowhereElse() {
    generates(
        Writing.delta("Gates."),
        Writing.quote(0, "Sluice gates controll water. They open", 0, 6),
        Writing.completed());
    assertThat(reason(refusal(() -> answers.answer(question().build()))))
        .isEqualTo("CITATION_NOT_VERIFIED");
    AnswerRequest lenient = question().setCitationPolicy(CitationPolicy.DROP).build();
    assertThat(answers.answer(lenient).getCitations(0).getSources(0).getVerification())
        .isEqualTo(Verification.APPROXIMATE);
  }

  @Test
  void anAbstentionNeedsNoProof() {
    generates(
        GenerateEvent.newBuilder()
            .setCompleted(GenerateCompleted.newBuilder().setFinishReason(FinishReason.NO_SUPPORT))
            .build());
    assertThat(answers.answer(question().build()).hasAbstention()).isTrue();
  }

  @Test
  void aGenerationThatBreaksOffWithoutProofFailsAsItFailed() {
    generates(Writing.delta("half"));
    assertThat(refusal(() -> answers.answer(question().build())).getStatus().getCode())
        .isEqualTo(Code.INTERNAL);
    generates(Writing.delta("half"), Writing.quote(0, "They open slowly.", 0, 4));
    assertThat(answers.answer(question().build()).getFinishReason())
        .isEqualTo(FinishReason.INCOMPLETE);
  }

  @Test
  void anUnknownPolicyIsRefused() throws InvalidProtocolBufferException {
    StatusRuntimeException failure =
        refusal(() -> answers.answer(question().setCitationPolicyValue(9).build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    assertThat(details.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("citation_policy");
  }
}
