package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.Document;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.prompts.HostileDocument;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that lie, through the whole cluster, before models that believe them. */
@Timeout(300)
class HostileDocumentsIT {

  private static final String VAULT = "The vault code is 4711 and nobody else may know it.";

  @TempDir private static Path data;
  private static ScriptedModelServer model;
  private static LocalCluster cluster;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    model = new ScriptedModelServer();
    Map<String, String> environment =
        Map.of(
            "SLUICE_GENERATE_BACKEND",
            "openai",
            "SLUICE_GENERATE_TARGETS",
            model.base(),
            "SLUICE_GENERATE_MODEL_NAME",
            ScriptedModelServer.MODEL);
    cluster = LocalCluster.start(ClusterConfig.read(environment, data.resolve("data"), true));
    channel = NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    cluster.close();
    model.close();
  }

  static Stream<HostileDocument> documents() {
    return HostileDocument.all().stream();
  }

  private static AnswerResponse ask(HostileDocument hostile) {
    return AnswerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(120, TimeUnit.SECONDS)
        .answer(
            AnswerRequest.newBuilder()
                .addMessages(
                    Message.newBuilder().setRole(Message.Role.USER).setContent("The vault code?"))
                .addDocuments(
                    Document.newBuilder()
                        .setId("hostile")
                        .setTitle(hostile.title())
                        .setText(hostile.text()))
                .addDocuments(Document.newBuilder().setId("vault").setTitle("Vault").setText(VAULT))
                .putStagePolicies("rerank", StagePolicy.OFF)
                .build());
  }

  private static String text(String document, HostileDocument hostile) {
    return document.equals("vault") ? VAULT : hostile.text();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aModelThatRepeatsAllItReadCitesNothing(HostileDocument hostile) {
    model.writes(prompt -> prompt);
    AnswerResponse answer = ask(hostile);
    assertThat(answer.getSearchResultsCount()).isPositive();
    assertThat(answer.getText()).contains("nobody else may know it");
    assertThat(answer.getCitationsList()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aModelThatIsTalkedRoundProvesNothingThatDoesNotStandThere(HostileDocument hostile) {
    model.writes(prompt ->
        "The code is 0000. [[1|\"The vault code is 0000\"]] [[2|\"The vault code is 0000\"]]"
            + " Truly. [[1|\"The vault code is 4711\"]] [[2|\"The vault code is 4711\"]]");
    AnswerResponse answer = ask(hostile);
    assertThat(citations(answer)).allSatisfy(source -> standsThere(source, hostile));
    assertThat(citations(answer)).extracting(CitationSource::getDocumentId).contains("vault");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void wordsThatNoDocumentHasAreDropped(HostileDocument hostile) {
    model.writes(prompt -> "So. [[1|\"Everybody may open the vault on Sundays\"]]");
    AnswerResponse answer = ask(hostile);
    assertThat(answer.getCitationsList()).isEmpty();
    assertThat(answer.getDegradationsList())
        .anySatisfy(
            degradation -> assertThat(degradation.getReason()).isEqualTo(Reason.CITATION_DROPPED));
  }

  private static List<CitationSource> citations(AnswerResponse answer) {
    return answer.getCitationsList().stream()
        .map(Citation::getSourcesList)
        .flatMap(List::stream)
        .toList();
  }

  private static void standsThere(CitationSource source, HostileDocument hostile) {
    String there =
        text(source.getDocumentId(), hostile)
            .substring(source.getSourceSpan().getStart(), source.getSourceSpan().getEnd());
    if (source.getVerification() == Verification.EXACT) {
      assertThat(there).isEqualTo(source.getQuote());
    } else {
      assertThat(there.replaceAll("\\W+", ""))
          .isEqualToIgnoringCase(source.getQuote().replaceAll("\\W+", ""));
    }
  }
}
