package dev.sluice.rerank;

import static dev.sluice.rerank.RunningReranker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.type.v1.StageReport;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The service with the embedded model, over a real connection. */
@TestInstance(Lifecycle.PER_CLASS)
final class RerankServerIT {

  private RunningReranker reranker;

  @BeforeAll
  void start() {
    reranker = new RunningReranker(Map.of("SLUICE_RERANK_SLOTS", "2"));
  }

  @AfterAll
  void stop() {
    reranker.close();
  }

  @Test
  void theDocumentThatAnswersComesFirst() {
    RerankResponse response = reranker.rerank(request(SampleTexts.QUESTION, SampleTexts.ALL));

    assertThat(response.getResults(0).getIndex())
        .isEqualTo(SampleTexts.ALL.indexOf(SampleTexts.ANSWER));
    assertThat(response.getResults(0).getId()).isEqualTo("d2");
    assertThat(response.getResults(1).getIndex())
        .isEqualTo(SampleTexts.ALL.indexOf(SampleTexts.RELATED));
    assertThat(response.getModel()).isEqualTo("bge-small-en-v1.5-q");
    assertThat(response.getModelFingerprint()).hasSize(64);
  }

  @Test
  void scoresAreInZeroToOneAndFallWithTheRank() {
    RerankResponse response = reranker.rerank(request(SampleTexts.QUESTION, SampleTexts.ALL));

    List<Double> scores =
        response.getResultsList().stream().map(RerankResult::getRelevanceScore).toList();
    assertThat(scores)
        .hasSize(SampleTexts.ALL.size())
        .allSatisfy(score -> assertThat(score).isBetween(0.0, 1.0))
        .isSortedAccordingTo(Collections.reverseOrder());
    assertThat(scores.getFirst()).isGreaterThan(0.5);
    assertThat(scores.getLast()).isLessThan(0.2);
  }

  @Test
  void equalDocumentsStayInTheirOrder() {
    RerankResponse response =
        reranker.rerank(
            request(
                SampleTexts.QUESTION,
                List.of(SampleTexts.GARDEN, SampleTexts.ANSWER, SampleTexts.ANSWER)));

    assertThat(indices(response)).containsExactly(1, 2, 0);
    assertThat(response.getResults(0).getRelevanceScore())
        .isEqualTo(response.getResults(1).getRelevanceScore());
  }

  @Test
  void topNCutsTheAnswerNotTheScoring() {
    RerankResponse all = reranker.rerank(request(SampleTexts.QUESTION, SampleTexts.ALL));
    RerankResponse two = reranker.rerank(request(SampleTexts.QUESTION, SampleTexts.ALL).setTopN(2));

    assertThat(two.getResultsList()).isEqualTo(all.getResultsList().subList(0, 2));
    assertThat(two.getStageReport().getInputCount()).isEqualTo(5);
    assertThat(two.getStageReport().getOutputCount()).isEqualTo(2);
  }

  @Test
  void firstStageScoresMoveTheOrder() {
    List<String> twins =
        List.of("The bridge was built in 1890 by Smith.", "The bridge was built in 1890 by Jones.");
    RerankRequest.Builder request = request("Who built the bridge?", twins);
    request.getDocumentsBuilder(0).setFirstStageScore(0);
    request.getDocumentsBuilder(1).setFirstStageScore(9);
    assertThat(indices(reranker.rerank(request))).containsExactly(1, 0);

    request.getDocumentsBuilder(0).setFirstStageScore(9);
    request.getDocumentsBuilder(1).setFirstStageScore(0);
    assertThat(indices(reranker.rerank(request))).containsExactly(0, 1);
  }

  @Test
  void aScoreDependsOnItsTextAloneBitForBit() {
    List<String> texts = texts("neighbours", 12);
    Map<String, Double> cold = withoutLexicalPart(texts);
    Map<String, Double> warm = withoutLexicalPart(texts);
    Map<String, Double> alone = new HashMap<>();
    texts.forEach(text -> alone.putAll(withoutLexicalPart(List.of(text))));
    Map<String, Double> elsewhere;
    try (var other = new RunningReranker(Map.of("SLUICE_RERANK_CACHE_MIB", "0"))) {
      elsewhere = withoutLexicalPart(other, texts.reversed());
    }

    assertThat(warm).isEqualTo(cold);
    assertThat(alone).isEqualTo(cold);
    assertThat(elsewhere).isEqualTo(cold);
  }

  @Test
  void aWarmCallRunsTheModelForTheQueryOnly() {
    List<String> texts = texts("warmth", 8);
    StageReport cold = reranker.rerank(request("where is it warm", texts)).getStageReport();
    StageReport warm = reranker.rerank(request("where is it warm", texts)).getStageReport();

    assertThat(cold.getBatchCount()).isEqualTo(2 + 8);
    assertThat(cold.getCacheHitCount()).isZero();
    assertThat(warm.getBatchCount()).isEqualTo(2);
    assertThat(warm.getCacheHitCount()).isEqualTo(8);
    assertThat(warm.getTokenCount()).isLessThan(30).isLessThan(cold.getTokenCount());
  }

  @Test
  void callsAtTheSameTimeReadADocumentOnce() throws Exception {
    List<String> texts = texts("together", 16);
    RerankRequest request = request("what happens together", texts).build();
    List<RerankResponse> responses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<RerankResponse> call = () -> reranker.stub().rerank(request);
      for (Future<RerankResponse> response : threads.invokeAll(Collections.nCopies(6, call))) {
        responses.add(response.get());
      }
    }

    assertThat(responses)
        .extracting(RerankResponse::getResultsList)
        .containsOnly(responses.getFirst().getResultsList());
    int read = responses.stream().mapToInt(RerankServerIT::read).sum();
    // A call that has less time than the one which reads a document reads it itself.
    assertThat(read).isBetween(16, 2 * 16);
  }

  private static int read(RerankResponse response) {
    StageReport report = response.getStageReport();
    return report.getInputCount() - report.getCacheHitCount();
  }

  @Test
  void aCancelledCallHarmsNoOther() {
    List<String> texts = texts("cancelled", 200);
    RerankRequest request = request("what was cancelled", texts).build();
    try (Context.CancellableContext context = Context.ROOT.withCancellation()) {
      var doomed = context.wrap(() -> reranker.futureStub().rerank(request));
      var response = call(doomed);
      context.cancel(null);
      assertThatThrownBy(response::get).hasMessageContaining("CANCELLED");
    }

    RerankResponse second = reranker.rerank(request("what was cancelled", texts.subList(190, 200)));

    assertThat(second.getResultsCount()).isEqualTo(10);
  }

  private static <T> T call(Callable<T> callable) {
    try {
      return callable.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDeadlineThatCannotBeMetIsExceeded() {
    RerankRequest request = request("too late", texts("late", 400)).build();

    assertThatThrownBy(
            () -> reranker.stub().withDeadlineAfter(20, TimeUnit.MILLISECONDS).rerank(request))
        .satisfies(failure -> assertCode(failure, Status.Code.DEADLINE_EXCEEDED));
  }

  @Test
  void longDocumentsSayThatTheyWereTruncated() {
    String words = "stone ".repeat(600);
    RerankResponse response =
        reranker.rerank(request("stones", List.of(words, "a few stones")).setMaxTokensPerDoc(0));

    assertThat(truncated(response)).containsExactly(true, false);
    assertThat(response.getQueryTruncated()).isFalse();
  }

  @Test
  void asManyTokensOfADocumentAreReadAsAllowed() {
    List<String> texts = List.of("one two three four", "one two three four five");

    assertThat(truncated(reranker.rerank(request("five", texts).setMaxTokensPerDoc(4))))
        .containsExactly(false, true);
    assertThat(
            truncated(
                reranker.rerank(request("five", texts).setMaxTokensPerDoc(Integer.MAX_VALUE))))
        .containsExactly(false, false);
  }

  @Test
  void aLongQueryIsCutAtItsEndAndSaysSo() {
    String query = SampleTexts.QUESTION + " xyzzy".repeat(1000);
    RerankResponse response = reranker.rerank(request(query, SampleTexts.ALL));

    assertThat(response.getQueryTruncated()).isTrue();
    assertThat(response.getResultsCount()).isEqualTo(5);
  }

  @Test
  void theReportSaysWhatTheStageDid() {
    StageReport report = reranker.rerank(request("report", texts("report", 3))).getStageReport();

    assertThat(report.getStage()).isEqualTo("rerank");
    assertThat(report.getOutcome()).isEqualTo(StageReport.Outcome.COMPLETED);
    assertThat(report.getModel()).isEqualTo("bge-small-en-v1.5-q");
    assertThat(report.getInputCount()).isEqualTo(3);
    assertThat(report.getOutputCount()).isEqualTo(3);
    assertThat(report.getAttemptCount()).isEqualTo(1);
    assertThat(report.getTokenCount()).isPositive();
    assertThat(Durations.toNanos(report.getComputeTime())).isPositive();
    assertThat(Durations.toNanos(report.getTotalTime())).isPositive();
    assertThat(Durations.toNanos(report.getBatchTime())).isPositive();
  }

  @Test
  void strangeCharactersAreScoredLikeAnyOthers() {
    List<String> texts =
        List.of(
            "😀 smiling \ud83d\ude00",
            "lone \ud800 surrogate",
            "nul \u0000 inside",
            "\ufffd",
            "\u6771\u4eac is Tokyo",
            "?!",
            "e\u0301".repeat(300));
    RerankResponse response = reranker.rerank(request("smile \ud83d\ude00 \u0000 \udfff", texts));

    assertThat(response.getResultsList())
        .hasSize(texts.size())
        .allSatisfy(result -> assertThat(result.getRelevanceScore()).isBetween(0.0, 1.0));
    assertThat(response.getResults(0).getIndex()).isZero();
  }

  @Test
  void aQueryOfStopWordsOrPunctuationIsAnswered() {
    assertThat(reranker.rerank(request("to be or not to be", SampleTexts.ALL)).getResultsCount())
        .isEqualTo(5);
    assertThat(reranker.rerank(request("???", SampleTexts.ALL)).getResultsCount()).isEqualTo(5);
  }

  @Test
  void theMostDocumentsAreScored() {
    List<String> texts = IntStream.range(0, 1000).mapToObj(i -> "Item " + i % 50).toList();
    RerankResponse response = reranker.rerank(request("item 7", texts));

    assertThat(response.getResultsCount()).isEqualTo(1000);
    assertThat(response.getStageReport().getCacheHitCount()).isEqualTo(950);
  }

  @Test
  void badInputNamesItsField() {
    List<String> texts = List.of("a", "b");
    assertInvalid(request("query", List.of()), "documents");
    assertInvalid(request("query", Collections.nCopies(1001, "text")), "documents");
    assertInvalid(request("", texts), "query");
    assertInvalid(request(" \t\u0000\u200b", texts), "query");
    assertInvalid(request("q".repeat(8193), texts), "query");
    assertInvalid(request("query", List.of("a", "")), "documents[1].text");
    assertInvalid(request("query", List.of("a", "b", "c", " \n\u0000")), "documents[3].text");
    assertInvalid(request("query", List.of("m".repeat(1 << 20))), "documents[0].text");
    assertInvalid(request("query", texts).setTopN(-1), "top_n");
    assertInvalid(request("query", texts).setMaxTokensPerDoc(-1), "max_tokens_per_doc");
    assertInvalid(request("query", texts).setPriorityValue(99), "priority");
    assertInvalid(scored(-0.5), "documents[0].first_stage_score");
    assertInvalid(scored(Double.NaN), "documents[0].first_stage_score");
    assertInvalid(scored(Double.POSITIVE_INFINITY), "documents[0].first_stage_score");
    RerankRequest.Builder named = request("query", texts);
    named.getDocumentsBuilder(1).setId("i".repeat(1025));
    assertInvalid(named, "documents[1].id");
  }

  private static RerankRequest.Builder scored(double score) {
    return RerankRequest.newBuilder()
        .setQuery("query")
        .addDocuments(RerankDocument.newBuilder().setText("text").setFirstStageScore(score));
  }

  private void assertInvalid(RerankRequest.Builder request, String field) {
    assertThatThrownBy(() -> reranker.rerank(request))
        .satisfies(failure -> assertCode(failure, Status.Code.INVALID_ARGUMENT))
        .hasMessageContaining(field + ":");
  }

  private static void assertCode(Throwable failure, Status.Code code) {
    assertThat(failure).isInstanceOf(StatusRuntimeException.class);
    assertThat(((StatusRuntimeException) failure).getStatus().getCode()).isEqualTo(code);
  }

  @Test
  void theManagementPageCountsDocumentsAndCacheHits() throws Exception {
    reranker.rerank(request("metrics", texts("metrics", 2)));
    reranker.rerank(request("metrics", texts("metrics", 2)));

    String page = page();

    assertThat(page)
        .containsPattern("sluice_rerank_documents_total [1-9]")
        .containsPattern(
            "sluice_cache_lookups_total\\{cache=\"rerank_passages\",result=\"hit\"} [1-9]")
        .containsPattern(
            "sluice_cache_lookups_total\\{cache=\"rerank_passages\",result=\"miss\"} [1-9]")
        .containsPattern("sluice_cache_bytes\\{cache=\"rerank_passages\"} [1-9]")
        .containsPattern("sluice_cache_entries\\{cache=\"rerank_passages\"} [1-9]")
        .containsPattern("sluice_tokens_total\\{direction=\"input\",model=\"[^\"]+\"} [1-9]");
  }

  private String page() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://127.0.0.1:" + reranker.managementPort() + "/metrics");
      return client
          .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private Map<String, Double> withoutLexicalPart(List<String> texts) {
    return withoutLexicalPart(reranker, texts);
  }

  /** Scores by text; first-stage scores of zero leave the lexical part out. */
  private static Map<String, Double> withoutLexicalPart(
      RunningReranker reranker, List<String> texts) {
    RerankRequest.Builder request = request(SampleTexts.QUESTION, texts);
    request.getDocumentsBuilderList().forEach(document -> document.setFirstStageScore(0));
    Map<String, Double> scores = new HashMap<>();
    for (RerankResult result : reranker.rerank(request).getResultsList()) {
      scores.put(texts.get(result.getIndex()), result.getRelevanceScore());
    }
    return scores;
  }

  /** Texts of different lengths that no other test uses. */
  private static List<String> texts(String subject, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "Text " + i + " about " + subject + ". " + SampleTexts.ANSWER.repeat(i % 4))
        .toList();
  }

  private static List<Integer> indices(RerankResponse response) {
    return response.getResultsList().stream().map(RerankResult::getIndex).toList();
  }

  /** By the documents' order in the request. */
  private static List<Boolean> truncated(RerankResponse response) {
    return response.getResultsList().stream()
        .sorted((a, b) -> Integer.compare(a.getIndex(), b.getIndex()))
        .map(RerankResult::getTruncated)
        .toList();
  }
}
