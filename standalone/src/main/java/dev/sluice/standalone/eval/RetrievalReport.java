package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.console.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an evaluation of searches found. */
public record RetrievalReport(
    Map<Stage, RankingScores> stages,
    int queries,
    int documents,
    int skipped,
    String fingerprint,
    double seconds) {

  /** One object for each stage, and what was measured. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    stages.forEach((stage, scores) -> {
      ObjectNode object = json.putObject(stage.key());
      for (Metric metric : Metric.values()) {
        object.put(metric.key(), Rounded.of(metric.of(scores)));
      }
    });
    return json.put("queries", queries)
        .put("documents", documents)
        .put("skipped_documents", skipped)
        .put("corpus_fingerprint", fingerprint)
        .put("seconds", Rounded.of(seconds));
  }

  /** For people. */
  public List<String> lines() {
    TextTable table = new TextTable("", "nDCG@10", "recall@10", "recall@100", "MRR");
    stages.forEach((stage, scores) ->
        table.row(
            stage.key(),
            format(scores.ndcgAt10()),
            format(scores.recallAt10()),
            format(scores.recallAt100()),
            format(scores.mrr())));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d queries, %d documents (%d more without text), %.1f s",
            queries,
            documents,
            skipped,
            seconds));
    return lines;
  }

  private static String format(double score) {
    return String.format(Locale.ROOT, "%.4f", score);
  }
}
