package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.Durations;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StageReport;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {

  private static final SearchResponse RESPONSE =
      SearchResponse.newBuilder()
          .addStageReports(
              StageReport.newBuilder()
                  .setStage("retrieve")
                  .setOutcome(StageReport.Outcome.COMPLETED)
                  .setTotalTime(Durations.fromMillis(12)))
          .addDegradations(Degradation.newBuilder().setReason(Reason.STAGE_TIMEOUT))
          .build();

  @TempDir private Path folder;
  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    sluice.gateway.search = request -> RESPONSE;
    Document lease =
        Document.newBuilder()
            .setId("lease")
            .setText("# The lease of the house\n\nShort.\n\nThe lease ends on 1 May.")
            .build();
    sluice.gateway.collections.put("docs", Map.of("lease", lease));
    Files.writeString(folder.resolve("three.csv"), "arrival_ms\n0\n0\n0\n");
    Files.writeString(
        folder.resolve("queries"), "When does it end?\n{\"id\": \"1\", \"text\": \"Who pays?\"}\n");
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  /** Three calls at once to a running cluster. */
  private Outcome bench(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("bench", "--target", "localhost:1", "--collection", "docs"));
    arguments.addAll(List.of("--trace", folder.resolve("three.csv").toString()));
    arguments.addAll(List.of(options));
    return sluice.run(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Outcome outcome) throws IOException {
    return new ObjectMapper().readTree(outcome.out());
  }

  @Test
  void theSummaryCountsCallsAndTimesTheirStages() {
    Outcome outcome = bench();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .startsWith("search: 3 sent in ")
        .contains("status: 3 OK")
        .contains("degraded: 3 (3 STAGE_TIMEOUT)");
    assertThat(outcome.out().lines().filter(line -> line.startsWith("retrieve")))
        .singleElement()
        .asString()
        .contains("12.0");
  }

  @Test
  void jsonIsTheSameAsOneObject() throws IOException {
    Outcome outcome = bench("--json");

    JsonNode json = json(outcome);
    assertThat(outcome.out().lines()).hasSize(1);
    assertThat(json.at("/sent").asInt()).isEqualTo(3);
    assertThat(json.at("/by_code/OK").asInt()).isEqualTo(3);
    assertThat(json.at("/ms/retrieve/count").asInt()).isEqualTo(3);
    assertThat(json.at("/trace").asText()).isEqualTo("three.csv");
  }

  @Test
  void withoutQueriesLinesOfTheStoredDocumentsAreAsked() {
    bench();

    assertThat(sluice.gateway.searches)
        .extracting(SearchRequest::getQuery)
        .contains("The lease of the house", "The lease ends on 1 May.")
        .doesNotContain("Short.");
  }

  @Test
  void queriesOfAFileAreAskedInTurn() {
    bench("--queries", folder.resolve("queries").toString());

    assertThat(sluice.gateway.searches)
        .extracting(SearchRequest::getQuery)
        .containsExactlyInAnyOrder("When does it end?", "Who pays?", "When does it end?");
  }

  @Test
  void answersAreStreamedAndTheirFirstTokenTimed() throws IOException {
    sluice.gateway.answer = request -> new Answers().text("It ends.").supported(0.9);

    JsonNode json = json(bench("--call", "answer", "--json"));

    assertThat(json.at("/ok").asInt()).isEqualTo(3);
    assertThat(json.at("/ms/first_token/count").asInt()).isEqualTo(3);
    assertThat(json.at("/ms/rerank/count").asInt()).isEqualTo(3);
  }

  @Test
  void aStreamThatBreaksItsRulesIsNoSuccess() {
    sluice.gateway.answer = request -> new Answers().text("It").unfinished();

    Outcome outcome = bench("--call", "answer");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("status: 3 INTERNAL");
  }

  @Test
  void embeddingNeedsNoCollectionWhenThereAreQueries() {
    Outcome outcome =
        sluice.run(
            "bench",
            "--call=embed",
            "--target=localhost:1",
            "--queries=" + folder.resolve("queries"),
            "--trace=" + folder.resolve("three.csv"));

    assertThat(outcome.code()).isZero();
    assertThat(sluice.gateway.embedded).hasSize(3).contains("Who pays?");
  }

  @Test
  void withoutACollectionAClusterOfItsOwnIsMeasured() throws IOException {
    String root = System.getProperty("sluice.root", "");
    Files.writeString(folder.resolve("README.md"), "# Sluice\n\nIt answers from your documents.");
    System.setProperty("sluice.root", folder.toString());
    try {
      Outcome outcome = sluice.run("bench", "--rate=1000", "--duration=100ms");

      assertThat(outcome.code()).isZero();
    } finally {
      System.setProperty("sluice.root", root);
    }
    assertThat(sluice.gateway.collection("bench")).containsOnlyKeys("README.md");
    assertThat(sluice.gateway.searches)
        .isNotEmpty()
        .allMatch(request -> request.getQuery().equals("It answers from your documents."));
    assertThat(sluice.launcher.starts.getFirst().dataDirectory()).doesNotExist();
    assertThat(sluice.launcher.closed).isEqualTo(1);
  }

  @Test
  void callsBeyondTheLimitAreNotSentButCounted() throws IOException {
    CountDownLatch stopped = new CountDownLatch(1);
    sluice.gateway.search =
        request -> {
          await(stopped);
          return RESPONSE;
        };

    Outcome outcome = bench("--max-in-flight", "1", "--deadline", "1s", "--json");
    stopped.countDown();

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("sluice: no answer before the deadline");
    assertThat(json(outcome).at("/sent").asInt()).isEqualTo(1);
    assertThat(json(outcome).at("/unsent").asInt()).isEqualTo(2);
    assertThat(json(outcome).at("/unanswered").asInt()).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whereNothingSucceedsTheFirstFailureIsSaid() {
    sluice.gateway.failure.set(
        Status.PERMISSION_DENIED.withDescription("not yours").asRuntimeException());

    Outcome outcome = bench();

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("status: 3 PERMISSION_DENIED");
    assertThat(outcome.err()).isEqualTo("sluice: the cluster does not allow this: not yours\n");
  }

  @Test
  void aMissingCollectionIsSaidBeforeAnyLoad() {
    Outcome outcome = sluice.run("bench", "--target=localhost:1", "--collection=papers");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("there is no collection 'papers': there are docs");
    assertThat(sluice.gateway.searches).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rate 0 -c docs",
        "--rate NaN -c docs",
        "--speed 2 -c docs",
        "--rate 2 --trace x.csv -c docs",
        "--trace x.csv --speed 0 -c docs",
        "--duration 2000m -c docs",
        "--duration 0s -c docs",
        "--max-in-flight 0 -c docs",
        "--deadline 999999999m -c docs",
        "--call upsert -c docs",
        "--target localhost:1",
        "--call embed --target localhost:1"
      })
  void optionsThatMakeNoSenseAreWrongUsage(String options) {
    assertThat(sluice.run(("bench " + options).split(" ")).code()).isEqualTo(2);
  }
}
