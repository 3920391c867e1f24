package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.example.ClientExample;
import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.Message;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.type.v1.StageReport;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole cluster with its real models, as a caller sees it. */
class ClusterIT {

  @TempDir private static Path data;
  private static LocalCluster cluster;
  private static ManagedChannel channel;
  private static AnswerResponse answer;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(ClusterConfig.read(Map.of(), data.resolve("data"), true));
    channel = NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
    answer = ClientExample.storeAndAsk(channel);
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    cluster.close();
  }

  private static AnswerResponse ask(String question) {
    return AnswerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .answer(
            AnswerRequest.newBuilder()
                .setCollection("handbook")
                .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(question))
                .build());
  }

  @Test
  void theExampleIsAnsweredFromItsDocumentWordForWord() {
    assertThat(answer.getText()).startsWith("Signing keys are rotated every 90 days.");
    CitationSource source = answer.getCitations(0).getSources(0);
    assertThat(source.getVerification()).isEqualTo(Verification.EXACT);
    var document =
        DocumentServiceGrpc.newBlockingStub(channel)
            .getDocument(
                GetDocumentRequest.newBuilder()
                    .setCollection("handbook")
                    .setDocumentId(source.getDocumentId())
                    .build());
    assertThat(document.getVersion()).isEqualTo(source.getDocumentVersion());
    assertThat(
            document
                .getText()
                .substring(source.getSourceSpan().getStart(), source.getSourceSpan().getEnd()))
        .isEqualTo(source.getQuote());
  }

  @Test
  void theExampleStandsInTheDocumentation() throws IOException {
    Path root = Path.of(System.getProperty("sluice.root", ".."));
    Path source = root.resolve("standalone/src/test/java/dev/sluice/example/ClientExample.java");
    assertThat(Files.readString(root.resolve("docs/client.md")))
        .contains("```java\n" + Files.readString(source) + "```");
  }

  @Test
  void aQuestionAboutSomethingElseIsNotAnswered() {
    AnswerResponse response = ask("Who won the football world cup in 1954?");
    assertThat(response.getText()).isEmpty();
    assertThat(response.getAbstention().getReason()).isEqualTo(Abstention.Reason.LOW_GROUNDING);
    assertThat(response.hasSupportScore()).isTrue();
  }

  @Test
  void everyStageIsReportedWithItsModelAndCounts() {
    assertThat(answer.getStageReportsList())
        .extracting(StageReport::getStage)
        .containsExactly("embed", "retrieve", "rerank", "generate", "verify");
    assertThat(answer.getStageReportsList())
        .allSatisfy(report -> {
          assertThat(report.getOutcome()).isEqualTo(StageReport.Outcome.COMPLETED);
          assertThat(report.getInputCount()).isPositive();
          assertThat(report.getAttemptCount()).isPositive();
        });
    assertThat(answer.getStageReports(2).getModel()).isNotEmpty();
    assertThat(answer.getDegradationsList()).isEmpty();
  }

  @Test
  void searchingTwiceRunsNoModelForPassagesThatWereSeen() {
    SearchRequest request =
        SearchRequest.newBuilder().setCollection("handbook").setQuery("old keys").build();
    var search = SearchServiceGrpc.newBlockingStub(channel);
    search.search(request);
    StageReport rerank = search.search(request).getStageReports(2);
    assertThat(rerank.getCacheHitCount()).isEqualTo(rerank.getInputCount());
  }

  @Test
  void theGatewayServesEmbedAndRerankToo() {
    var embedded =
        EmbedServiceGrpc.newBlockingStub(channel)
            .embed(EmbedRequest.newBuilder().addTexts("a gate").build());
    assertThat(embedded.getEmbeddings(0).getFloatVector().getValuesCount()).isEqualTo(384);
    var reranked =
        RerankServiceGrpc.newBlockingStub(channel)
            .rerank(
                RerankRequest.newBuilder()
                    .setQuery("how to bake bread")
                    .addDocuments(RerankDocument.newBuilder().setText("Lock the gate at night."))
                    .addDocuments(
                        RerankDocument.newBuilder().setText("Knead the dough, then bake it."))
                    .build());
    assertThat(reranked.getResults(0).getIndex()).isEqualTo(1);
  }

  @Test
  void everyServiceIsHealthyAndDescribesItself() throws Exception {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(services())
        .contains(
            "sluice.gateway.v1.SearchService",
            "sluice.gateway.v1.AnswerService",
            "sluice.gateway.v1.DocumentService",
            "sluice.gateway.v1.CollectionService",
            "sluice.embed.v1.EmbedService",
            "sluice.rerank.v1.RerankService",
            "sluice.generate.v1.GenerateService",
            "grpc.health.v1.Health",
            "grpc.channelz.v1.Channelz");
  }

  private static List<String> services() throws Exception {
    var listed = new CompletableFuture<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    listed.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    listed.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onCompleted();
    return listed.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  @Test
  void managementPagesShowBatchesStagesAndCalls() throws Exception {
    StringBuilder pages = new StringBuilder();
    for (String line : cluster.serverLines()) {
      URI page = URI.create(line.substring(line.indexOf("http://")) + "/metrics");
      try (var client = HttpClient.newHttpClient()) {
        pages.append(
            client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body());
      }
    }
    assertThat(pages.toString())
        .contains(
            "sluice_batch_items_bucket{",
            "sluice_batch_tokens_bucket{kind=\"padded\"",
            "sluice_batch_tokens_bucket{kind=\"real\"",
            "sluice_queue_wait_seconds_bucket{",
            "sluice_stage_duration_seconds_bucket{outcome=\"completed\",stage=\"rerank\"",
            "grpc_server_processing_duration_seconds_bucket{",
            "grpc_client_processing_duration_seconds_bucket{",
            "sluice_citations_total{verification=\"exact\"}");
  }
}
