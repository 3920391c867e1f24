package dev.sluice.standalone.eval;

import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CallFailure;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Priority;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs every query through the four kinds of search. A degradation of any kind is a failure. */
public record RetrievalEvaluation(Gateway gateway, String collection, Judgements judgements) {

  /** Passages asked for, so that they collapse to enough documents. */
  static final int PASSAGES = 300;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The scores of each query, in the order given. */
  public List<QueryScores> run(List<EvalQuery> queries, Console console)
      throws InterruptedException {
    return new SideBySide(console, "queries").run(queries, this::score);
  }

  private QueryScores score(EvalQuery query) {
    Map<Stage, RankingScores> scores = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      List<String> ranking =
          search(query, stage).getResultsList().stream().map(SearchResult::getDocumentId).toList();
      scores.put(stage, RankingScores.of(ranking, judgements.of(query.id())));
    }
    return new QueryScores(query.id(), scores);
  }

  private SearchResponse search(EvalQuery query, Stage stage) {
    SearchRequest request =
        SearchRequest.newBuilder()
            .setCollection(collection)
            .setQuery(query.text())
            .setTopK(PASSAGES)
            .setMode(stage.mode())
            .putStagePolicies("rerank", stage.rerank())
            .setPriority(Priority.BULK)
            .build();
    SearchResponse response;
    try {
      response = gateway.search().withDeadlineAfter(PATIENCE).search(request);
    } catch (StatusRuntimeException e) {
      String line = CallFailure.of(e, gateway.address()).line();
      throw new CommandFailure("query " + query.id() + " (" + stage.key() + "): " + line, e);
    }
    if (response.getDegradationsCount() > 0) {
      throw degraded(query, stage, response.getDegradations(0));
    }
    return response;
  }

  private static CommandFailure degraded(EvalQuery query, Stage stage, Degradation degradation) {
    return new CommandFailure(
        "query %s (%s) was answered in part, so nothing is measured: %s %s %s"
            .formatted(
                query.id(),
                stage.key(),
                degradation.getReason(),
                degradation.getStage(),
                degradation.getMessage()));
  }
}
