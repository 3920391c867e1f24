package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.console.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an evaluation of searches found.
 *
 * @param scores of every query, in the order of the file
 * @param documents that are stored
 * @param skipped documents that have neither text nor title
 * @param corpusFingerprint of the documents
 * @param queriesFingerprint of the queries and their judgements
 */
public record RetrievalReport(
    List<QueryScores> scores,
    int documents,
    int skipped,
    String corpusFingerprint,
    String queriesFingerprint,
    EvalSetup setup,
    double seconds) {

  static final String CORPUS_FINGERPRINT = "corpus_fingerprint";
  static final String QUERIES_FINGERPRINT = "queries_fingerprint";
  static final String QUERIES = "queries";
  static final String SETUP = "setup";
  static final String BY_QUERY = "by_query";

  /** The mean scores of a stage. */
  RankingScores mean(Stage stage) {
    return RankingScores.mean(scores.stream().map(each -> each.of(stage)).toList());
  }

  /** One object for each stage, what was measured, and the scores of each query. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Stage stage : Stage.values()) {
      Metric.write(mean(stage), json.putObject(stage.key()));
    }
    json.put(QUERIES, scores.size())
        .put("documents", documents)
        .put("skipped_documents", skipped)
        .put(CORPUS_FINGERPRINT, corpusFingerprint)
        .put(QUERIES_FINGERPRINT, queriesFingerprint)
        .put("seconds", Rounded.of(seconds));
    setup.writeTo(json.putObject(SETUP));
    ArrayNode queries = json.putArray(BY_QUERY);
    scores.forEach(each -> each.writeTo(queries.addObject()));
    return json;
  }

  /** For people. */
  public List<String> lines() {
    TextTable table = new TextTable("", "nDCG@10", "recall@10", "recall@100", "MRR");
    for (Stage stage : Stage.values()) {
      RankingScores mean = mean(stage);
      table.row(
          stage.key(),
          format(mean.ndcgAt10()),
          format(mean.recallAt10()),
          format(mean.recallAt100()),
          format(mean.mrr()));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d queries, %d documents (%d more without text), %.1f s",
            scores.size(),
            documents,
            skipped,
            seconds));
    return lines;
  }

  private static String format(double score) {
    return String.format(Locale.ROOT, "%.4f", score);
  }
}
