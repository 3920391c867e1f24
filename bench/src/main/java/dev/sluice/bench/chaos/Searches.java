package dev.sluice.bench.chaos;

import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import io.grpc.Channel;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Searches for stored documents by a sentence of theirs, and what must be found. */
final class Searches {

  private static final int TOP = 10;
  private static final Set<String> STAGES = Set.of("embed", "retrieve", "rerank");

  private final Channel channel;
  private final Ledger ledger;

  Searches(Channel channel, Ledger ledger) {
    this.channel = channel;
    this.ledger = ledger;
  }

  Ending call() {
    Optional<Ledger.Picked> picked = ledger.pick();
    if (picked.isEmpty()) {
      return Ending.ok("");
    }
    long since = System.nanoTime();
    SearchResponse response =
        SearchServiceGrpc.newBlockingStub(channel).search(request(picked.get().sample()));
    return Ending.ok(response.getDegradationsList(), wrong(response, picked.get(), since));
  }

  /** The words weigh more, so that the sentence's own document is among the candidates. */
  static SearchRequest request(Sample sample) {
    SearchRequest.Builder request = SearchRequest.newBuilder();
    request.getFusionWeightsBuilder().setLexical(1).setDense(0.2);
    return request
        .setCollection(MixedLoad.COLLECTION)
        .setQuery(sample.sentence())
        .setTopK(TOP)
        .setRerankCandidateCount(TOP)
        .build();
  }

  private String wrong(SearchResponse response, Ledger.Picked picked, long since) {
    for (SearchResult result : response.getResultsList()) {
      String wrong = wrong(ledger, result, since);
      if (!wrong.isEmpty()) {
        return wrong;
      }
    }
    if (response.getDegradationsCount() == 0 && !isWhole(response)) {
      return "a silent degradation";
    }
    String text = picked.sample().text();
    boolean found =
        response.getResultsList().stream().anyMatch(result -> result.getText().equals(text));
    return found || !ledger.unchanged(picked)
        ? ""
        : "a search did not find " + picked.sample().marker();
  }

  /** What is wrong with a passage. */
  static String wrong(Ledger ledger, SearchResult result, long since) {
    return ledger.wrong(
        result.getDocumentId(), result.getDocumentVersion(), result.getText(), since);
  }

  private static boolean isWhole(SearchResponse response) {
    Set<String> completed =
        response.getStageReportsList().stream()
            .filter(report -> report.getOutcome() == Outcome.COMPLETED)
            .map(StageReport::getStage)
            .collect(Collectors.toSet());
    return completed.containsAll(STAGES)
        && response.getResultsList().stream()
            .allMatch(result -> result.getScores(0).getKind() == Score.Kind.RERANK);
  }
}
