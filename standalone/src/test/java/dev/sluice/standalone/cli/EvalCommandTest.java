package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StagePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {

  @TempDir private Path folder;
  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    write(
        "corpus.jsonl",
        """
        {"_id": "a", "title": "A", "text": "Alpha."}
        {"_id": "b", "title": "B", "text": "Beta."}
        {"_id": "c", "title": "C", "text": ""}
        {"_id": "d", "title": "", "text": " "}
        """);
    write(
        "queries.jsonl",
        """
        {"_id": "q1", "text": "alpha?", "answerable": true, "answers": ["Alpha"]}
        {"_id": "q2", "text": "beta?", "answerable": true, "answers": ["Beta"]}
        {"_id": "q3", "text": "not judged", "answerable": false, "answers": []}
        """);
    write("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\tb\t1\nq2\tb\t1\nq3\tc\t0\n");
    sluice.gateway.search = EvalCommandTest::ranking;
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  /** Lexical search is wrong about q1, dense search about q2, the others about nothing. */
  private static SearchResponse ranking(SearchRequest request) {
    boolean first = request.getQuery().equals("alpha?");
    boolean wrong =
        first
            ? request.getMode() == RetrievalMode.LEXICAL
            : request.getMode() == RetrievalMode.DENSE;
    List<String> ids = first == wrong ? List.of("b", "b", "a") : List.of("a", "a", "b");
    SearchResponse.Builder response = SearchResponse.newBuilder();
    ids.forEach(id -> response.addResultsBuilder().setDocumentId(id));
    return response.build();
  }

  @Test
  void theFourStagesAreScoredAsTrecEvalDoes() throws IOException {
    Outcome outcome = eval("--json");

    assertThat(outcome.code()).isZero();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    // q1 lexical: (1 + 2/log2(3)) / (2 + 1/log2(3)) = 2.261860 / 2.630930; q2 lexical: 1.
    assertThat(json.at("/lexical/ndcg_at_10").asDouble()).isEqualTo(0.929859);
    assertThat(json.at("/lexical/mrr").asDouble()).isEqualTo(1.0);
    // q1 dense: 1; q2 dense: b second, 1/log2(3) = 0.630930.
    assertThat(json.at("/dense/ndcg_at_10").asDouble()).isEqualTo(0.815465);
    assertThat(json.at("/dense/mrr").asDouble()).isEqualTo(0.75);
    assertThat(json.at("/fused/ndcg_at_10").asDouble()).isEqualTo(1.0);
    assertThat(json.at("/reranked/recall_at_100").asDouble()).isEqualTo(1.0);
    assertThat(json.at("/queries").asInt()).isEqualTo(2);
    assertThat(json.at("/documents").asInt()).isEqualTo(3);
    assertThat(json.at("/skipped_documents").asInt()).isEqualTo(1);
    assertThat(json.at("/corpus_fingerprint").asText()).hasSize(64);
    assertThat(json.at("/by_query/1/query").asText()).isEqualTo("q2");
    assertThat(json.at("/by_query/1/dense/mrr").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/setup/rerank_model").asText()).isEqualTo("fake-reranker");
  }

  @Test
  void itRunsOnAClusterOfItsOwnAndLeavesNothingBehind() {
    Outcome outcome = sluice.run("eval", folder.toString());

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("nDCG@10", "reranked", "2 queries, 3 documents");
    assertThat(sluice.launcher.starts).hasSize(1);
    assertThat(sluice.launcher.starts.getFirst().freePorts()).isTrue();
    assertThat(sluice.launcher.starts.getFirst().dataDirectory()).doesNotExist();
    assertThat(sluice.launcher.closed).isEqualTo(1);
    assertThat(sluice.gateway.collections).isEmpty();
  }

  @Test
  void everyStageAsksForItsOwnKindOfSearch() {
    eval("--limit", "1");

    List<String> asked = new ArrayList<>();
    for (SearchRequest request : sluice.gateway.searches) {
      asked.add(request.getMode() + " " + request.getStagePoliciesOrThrow("rerank"));
      assertThat(request.getTopK()).isEqualTo(300);
    }
    assertThat(asked)
        .containsExactly(
            "LEXICAL OFF", "DENSE OFF", "HYBRID OFF", "HYBRID " + StagePolicy.REQUIRED);
  }

  @Test
  void aDegradationFailsTheRunAndTheCollectionIsDeleted() {
    sluice.gateway.search =
        request ->
            SearchResponse.newBuilder()
                .addDegradations(
                    Degradation.newBuilder()
                        .setReason(Degradation.Reason.STAGE_TIMEOUT)
                        .setStage("dense"))
                .build();

    Outcome outcome = eval();

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("answered in part").contains("STAGE_TIMEOUT");
    assertThat(sluice.gateway.collections).isEmpty();
  }

  @Test
  void aScoreThatDroppedBelowTheBaselineFailsTheRun() throws IOException {
    Path baseline = write("before.json", eval("--json").out().replace("0.929859", "0.99"));

    Outcome tolerant = eval("--baseline", baseline.toString(), "--max-drop", "0.1");
    Outcome strict = eval("--baseline", baseline.toString(), "--max-drop", "0.01");

    assertThat(tolerant.code()).isZero();
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.err()).contains("lexical ndcg_at_10 dropped from 0.9900 to 0.9299");
    assertThat(strict.err().lines().filter(line -> line.contains("dropped"))).hasSize(1);
  }

  @Test
  void theSameRunAgainDiffersInNothing() throws IOException {
    twelveQueries();
    Path baseline = write("before.json", eval("--json").out());

    Outcome outcome = eval("--baseline", baseline.toString(), "--json");

    assertThat(outcome.code()).isZero();
    JsonNode scores = new ObjectMapper().readTree(outcome.out()).at("/comparison/scores");
    assertThat(scores).hasSize(16);
    for (JsonNode score : scores) {
      assertThat(score.at("/difference").asDouble()).isZero();
      assertThat(score.at("/low").asDouble()).isZero();
      assertThat(score.at("/high").asDouble()).isZero();
      assertThat(score.at("/p").asDouble()).isEqualTo(1.0);
      assertThat(score.at("/significant").asBoolean()).isFalse();
    }
  }

  @Test
  void aDropOnEveryQueryIsSignificantAndShownWithItsInterval() throws IOException {
    twelveQueries();
    Path baseline = write("before.json", eval("--json").out());
    sluice.gateway.search =
        request ->
            SearchResponse.newBuilder()
                .addResults(SearchResult.newBuilder().setDocumentId("b"))
                .addResults(SearchResult.newBuilder().setDocumentId("a"))
                .build();

    Outcome outcome = eval("--baseline", baseline.toString(), "--significant");

    assertThat(outcome.code()).isEqualTo(1);
    // The right document second instead of first: 1/log2(3) = 0.6309 instead of 1, on every query.
    assertThat(outcome.out())
        .containsPattern(
            "fused nDCG@10 +1.0000 +0.6309 +-0.3691 +-0.3691 to -0.3691 +0.0002 +significant");
    assertThat(outcome.err())
        .contains("fused mrr dropped from 1.0000 to 0.5000 (95 % interval -0.5000 to -0.5000)");
  }

  @Test
  void aDropThatMayBeAnAccidentFailsUnlessItMustBeSignificant() throws IOException {
    twelveQueries();
    Path baseline = write("before.json", eval("--json").out());
    sluice.gateway.search =
        request ->
            SearchResponse.newBuilder()
                .addResults(
                    SearchResult.newBuilder()
                        .setDocumentId(request.getQuery().equals("number 3") ? "b" : "a"))
                .build();

    Outcome any = eval("--baseline", baseline.toString());
    Outcome bounded = eval("--baseline", baseline.toString(), "--max-drop", "0.1");
    Outcome significant = eval("--baseline", baseline.toString(), "--significant");

    assertThat(any.code()).isEqualTo(1);
    assertThat(bounded.code()).isZero();
    assertThat(significant.code()).isZero();
    assertThat(significant.out()).contains("-0.0833").doesNotContain("significant");
  }

  @Test
  void aBaselineWithoutScoresByQueryIsComparedWithoutIntervals() throws IOException {
    ObjectNode old = (ObjectNode) new ObjectMapper().readTree(eval("--json").out());
    old.remove(List.of("by_query", "setup", "queries_fingerprint"));
    Path baseline = write("before.json", old.toString());

    Outcome outcome = eval("--baseline", baseline.toString());
    Outcome significant = eval("--baseline", baseline.toString(), "--significant");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("the baseline has no scores by query, so there are no intervals")
        .contains("does not say which models");
    assertThat(significant.code()).isEqualTo(1);
    assertThat(significant.err()).contains("--significant cannot be judged");
  }

  @Test
  void otherModelsAreNamedAndCompared() throws IOException {
    Path baseline = write("before.json", eval("--json").out());
    sluice.gateway.rerankFingerprint = "f2";

    Outcome outcome = eval("--baseline", baseline.toString());

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("rerank_fingerprint was f1, is f2");
  }

  @Test
  void aBaselineOfOtherQueriesOrJudgementsIsRefusedBeforeAnythingStarts() throws IOException {
    Path baseline = write("before.json", eval("--json").out());
    write("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\tb\t2\nq2\tb\t1\n");

    Outcome outcome = sluice.run("eval", folder.toString(), "--baseline", baseline.toString());

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("measured on something else")
        .contains("queries_fingerprint");
    assertThat(sluice.launcher.starts).isEmpty();
  }

  /** Queries whose only answer is a, which every search puts first. */
  private void twelveQueries() throws IOException {
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      queries.append("{\"id\": \"q%d\", \"text\": \"number %d\"}\n".formatted(i, i));
      qrels.append("q%d 0 a 1\n".formatted(i));
    }
    write("queries.jsonl", queries.toString());
    write("qrels.tsv", qrels.toString());
    sluice.gateway.search =
        request ->
            SearchResponse.newBuilder()
                .addResults(SearchResult.newBuilder().setDocumentId("a"))
                .build();
  }

  @Test
  void aBaselineOfAnotherCorpusIsRefused() throws IOException {
    Path baseline = write("before.json", eval("--json").out());
    write("corpus.jsonl", "{\"_id\": \"a\", \"text\": \"Other.\"}\n");

    Outcome outcome = eval("--baseline", baseline.toString());

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("measured on something else");
  }

  @Test
  void aMissingFileIsNamedBeforeAnythingStarts() throws IOException {
    Files.delete(folder.resolve("qrels.tsv"));

    Outcome outcome = sluice.run("eval", folder.toString());

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("there is no file " + folder.resolve("qrels.tsv"));
    assertThat(sluice.launcher.starts).isEmpty();
  }

  @Test
  void aMalformedLineIsNamed() throws IOException {
    write("qrels.tsv", "q1 0 a 1\nq2 0 b much\n");

    assertThat(eval().err()).contains(folder.resolve("qrels.tsv") + ":2").contains("'much'");

    write("qrels.tsv", "q1 0 a 1\n");
    write("queries.jsonl", "{\"_id\": \"q1\", \"text\": \"x\"}\nnope\n");

    assertThat(eval().err()).contains(folder.resolve("queries.jsonl") + ":2: not JSON");

    write("queries.jsonl", "{\"_id\": \"q1\", \"text\": \"x\"}\n");
    write("corpus.jsonl", "{\"_id\": \"a\", \"text\": \"x\"}\n{\"text\": \"y\"}\n");

    assertThat(eval().err()).contains(folder.resolve("corpus.jsonl") + ":2: no id");
  }

  @Test
  void judgementsOfUnknownThingsAreCounted() throws IOException {
    write("qrels.tsv", "q1\t0\ta\t1\nq9\t0\tz\t1\n");

    Outcome outcome = eval();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).contains("name 1 queries and 1 documents that there are not");
  }

  @Test
  void answersAreJudgedByTheirCitations() throws IOException {
    Path others = write("others.jsonl", "{\"id\": \"o1\", \"text\": \"what else?\"}\n");
    sluice.gateway.answer =
        request ->
            switch (request.getMessages(0).getContent()) {
              case "alpha?" ->
                  new Answers().found("a").text("Alpha.").cite(0, 6, "a", "Alpha.").supported(0.9);
              case "beta?" -> new Answers().found("a").abstained(0.2);
              case "not judged" ->
                  new Answers().found("a").text("A.").cite(0, 2, "a", "A.").supported(0.5);
              default -> new Answers().abstained(0.1);
            };

    Outcome outcome = eval("--answers", "--off-topic", others.toString(), "--json");

    assertThat(outcome.code()).isZero();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.at("/right_passage_first").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/answer_in_first_sentence").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/answer_in_top_three").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/wrong_abstentions").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/off_topic_abstained").asDouble()).isEqualTo(1.0);
    assertThat(json.at("/auc_unanswerable").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/auc_off_topic").asDouble()).isEqualTo(1.0);
  }

  @Test
  void optionsThatDoNotGoTogetherAreWrongUsage() {
    assertThat(eval("--off-topic", "x").code()).isEqualTo(2);
    assertThat(eval("--limit", "0").code()).isEqualTo(2);
    assertThat(eval("--max-drop", "-1").code()).isEqualTo(2);
    assertThat(eval("--answers", "--baseline", "x").code()).isEqualTo(2);
    assertThat(eval("--significant").code()).isEqualTo(2);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Outcome eval(String... options) {
    String[] arguments = new String[options.length + 4];
    String[] fixed = {"eval", folder.toString(), "--target", "localhost:1"};
    System.arraycopy(fixed, 0, arguments, 0, fixed.length);
    System.arraycopy(options, 0, arguments, fixed.length, options.length);
    return sluice.run(arguments);
  }
}
