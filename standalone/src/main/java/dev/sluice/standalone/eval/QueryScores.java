package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The scores of one query in each stage. */
public record QueryScores(String query, Map<Stage, RankingScores> stages) {

  public QueryScores {
    stages = Map.copyOf(stages);
  }

  RankingScores of(Stage stage) {
    RankingScores scores = stages.get(stage);
    if (scores == null) {
      throw new IllegalStateException("no scores for " + stage);
    }
    return scores;
  }

  void writeTo(ObjectNode json) {
    json.put("query", query);
    for (Stage stage : Stage.values()) {
      Metric.write(of(stage), json.putObject(stage.key()));
    }
  }
}
