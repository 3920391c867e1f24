package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.Span;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StagePolicy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchCommandTest {

  private static final SearchResult PASSAGE =
      SearchResult.newBuilder()
          .setDocumentId("docs/lease.md")
          .setTitle("Lease")
          .addHeadings("Lease")
          .addHeadings("Term")
          .setText("The lease ends\non \u001B[31m1 May. " + "Words and words. ".repeat(40))
          .setSourceSpan(Span.newBuilder().setStart(0).setEnd(20))
          .addScores(Score.newBuilder().setKind(Score.Kind.RERANK).setValue(0.875))
          .addScores(Score.newBuilder().setKind(Score.Kind.BM25).setValue(7))
          .build();
  private static final SearchResponse RESPONSE =
      SearchResponse.newBuilder()
          .addResults(PASSAGE)
          .addDegradations(
              Degradation.newBuilder()
                  .setReason(Degradation.Reason.STAGE_TIMEOUT)
                  .setEffect(Degradation.Effect.RERANK_SKIPPED)
                  .setStage("rerank"))
          .build();

  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    sluice.gateway.collections.put("docs", new HashMap<>());
    sluice.gateway.search = request -> RESPONSE;
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  @Test
  void aPassageIsShownWithItsPlaceAndTheScoreThatDecidedIt() {
    Outcome outcome = search("When does the lease end?");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out().lines().findFirst().orElse(""))
        .isEqualTo("1. RERANK 0.8750  docs/lease.md (Lease > Term)");
    assertThat(outcome.out()).contains("   The lease ends on");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80).hasSizeLessThan(9);
  }

  @Test
  void documentsCannotSendControlCharactersToTheTerminal() {
    assertThat(search("lease").out()).doesNotContain("\u001B");
  }

  @Test
  void degradationsAreWarningsOnStandardError() {
    assertThat(search("lease").err()).contains("warning: STAGE_TIMEOUT, RERANK_SKIPPED (rerank)");
  }

  @Test
  void jsonIsTheWholeResponseInTheContractsNames() throws IOException {
    Outcome outcome = search("lease", "--json");

    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.at("/results/0/document_id").asText()).isEqualTo("docs/lease.md");
    assertThat(json.at("/results/0/source_span/start").isInt()).isTrue();
    assertThat(json.at("/results/0/source_span/end").asInt()).isEqualTo(20);
    assertThat(json.at("/results/0/scores/1/kind").asText()).isEqualTo("BM25");
    assertThat(json.at("/degradations/0/effect").asText()).isEqualTo("RERANK_SKIPPED");
    assertThat(outcome.out().lines()).hasSize(1);
  }

  @Test
  void optionsReachTheRequest() {
    search(
        "lease",
        "--top-k",
        "3",
        "--mode",
        "lexical",
        "--rerank",
        "off",
        "--deadline",
        "2s",
        "--filter",
        "year >= 2024");

    assertThat(sluice.gateway.searches)
        .containsExactly(
            SearchRequest.newBuilder()
                .setCollection("docs")
                .setQuery("lease")
                .setTopK(3)
                .setMode(RetrievalMode.LEXICAL)
                .setFilter("year >= 2024")
                .putStagePolicies("rerank", StagePolicy.OFF)
                .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "bad \uFFFD bytes", "lone \uD800 surrogate", "nul \0 here"})
  void aQueryThatIsNoTextIsWrongUsage(String query) {
    Outcome outcome = search(query);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(2);
    assertThat(sluice.gateway.searches).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Docs", "-docs", "a/b", "ümlaut", ""})
  void aNameThatNoCollectionCanHaveIsWrongUsage(String name) {
    Outcome outcome = sluice.run("search", "x", "--target", "localhost:1", "--collection=" + name);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("cannot name a collection");
  }

  @Test
  void aMissingCollectionIsNamedTogetherWithThoseThatExist() {
    sluice.gateway.collections.put("papers", new HashMap<>());

    Outcome outcome = sluice.run("search", "x", "-c", "doc", "--target", "localhost:1");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .isEqualTo("sluice: there is no collection 'doc': there are docs, papers\n");
  }

  @Test
  void whereThereIsNoCollectionYetItSaysHowToMakeOne() {
    sluice.gateway.collections.clear();

    assertThat(search("x").err()).contains("sluice ingest PATH --collection NAME");
  }

  @Test
  void aRefusedRequestNamesTheField() {
    sluice.gateway.failure.set(
        FakeGateway.failure(FakeGateway.violation("top_k", "must be at most 1000")));

    Outcome outcome = search("x", "--top-k", "1000000");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("sluice: the cluster refused the request: top_k: must be at most 1000\n");
  }

  @Test
  void anOverloadedClusterSaysWhenToTryAgain() {
    fail(
        Code.RESOURCE_EXHAUSTED,
        Any.pack(
            RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setSeconds(2).setNanos(500_000_000))
                .build()));

    assertThat(search("x").err())
        .isEqualTo("sluice: the cluster is overloaded: try again in 2.5 s\n");
  }

  @Test
  void aClusterThatCannotBeReachedIsTakenForStopped() {
    fail(Code.UNAVAILABLE);

    assertThat(search("x").err())
        .isEqualTo("sluice: cannot reach localhost:1: is the cluster running?\n");
  }

  @Test
  void aClusterThatSaysThatItIsNotReadyWasReached() {
    fail(Code.UNAVAILABLE, Any.pack(ErrorInfo.newBuilder().setReason("DRAINING").build()));

    assertThat(search("x").err()).contains("cannot do this now: told so").contains("try again");
  }

  @Test
  void aDeadlineThatPassesIsSaidInWords() {
    fail(Code.DEADLINE_EXCEEDED);

    assertThat(search("x").err()).contains("no answer before the deadline").contains("--deadline");
  }

  @Test
  void aMissingKeyIsAskedFor() {
    fail(Code.UNAUTHENTICATED);

    assertThat(search("x").err()).contains("--api-key-file");
  }

  @Test
  void theClusterThatHoldsTheDataDirectoryIsUsed() {
    sluice.launcher.owner = Optional.of("localhost:7400");

    Outcome outcome = sluice.run("search", "x", "-c", "docs");

    assertThat(outcome.code()).isZero();
    assertThat(sluice.launcher.starts).isEmpty();
  }

  @Test
  void withoutAClusterOneRunsInTheProcessAsLongAsTheCommand() {
    Outcome outcome = sluice.run("search", "x", "-c", "docs", "--data", "there");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).contains("starting one in this process");
    assertThat(sluice.launcher.starts).hasSize(1);
    assertThat(sluice.launcher.starts.getFirst().freePorts()).isTrue();
    assertThat(sluice.launcher.closed).isEqualTo(1);
  }

  private Outcome search(String query, String... options) {
    String[] arguments = new String[options.length + 6];
    String[] fixed = {"search", query, "-c", "docs", "--target", "localhost:1"};
    System.arraycopy(fixed, 0, arguments, 0, fixed.length);
    System.arraycopy(options, 0, arguments, fixed.length, options.length);
    return sluice.run(arguments);
  }

  private void fail(Code code, Any... details) {
    sluice.gateway.failure.set(
        FakeGateway.failure(
            Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage("told so")
                .addAllDetails(java.util.List.of(details))
                .build()));
  }
}
