package dev.sluice.standalone.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The report of an earlier run, saved from {@code --json}. */
public record Baseline(JsonNode report) {

  /** Reads a saved report. */
  public static Baseline read(Path file) {
    try (var in = Files.newInputStream(file)) {
      JsonNode report = new ObjectMapper().readTree(in);
      if (!report.path(Stage.LEXICAL.key()).isObject()) {
        throw new CommandFailure(file + " is no report of sluice eval --json");
      }
      return new Baseline(report);
    } catch (JsonProcessingException e) {
      throw new CommandFailure(file + " is no report of sluice eval --json: not JSON", e);
    } catch (IOException e) {
      throw new CommandFailure("cannot read the baseline: " + Unreadable.reason(e), e);
    }
  }

  /** Whether it has the scores of each query; older reports have their means alone. */
  public boolean hasScoresByQuery() {
    return report.path(RetrievalReport.BY_QUERY).isArray();
  }

  /**
   * Makes sure that the run to come measures the same, before it takes its time.
   *
   * @throws CommandFailure when the baseline was measured on something else
   */
  public void requireSame(String corpusFingerprint, String queriesFingerprint, int queries) {
    require(RetrievalReport.CORPUS_FINGERPRINT, corpusFingerprint);
    require(RetrievalReport.QUERIES, Integer.toString(queries));
    if (report.has(RetrievalReport.QUERIES_FINGERPRINT)) {
      require(RetrievalReport.QUERIES_FINGERPRINT, queriesFingerprint);
    }
  }

  private void require(String key, String value) {
    String before = report.path(key).asText();
    if (!before.equals(value)) {
      throw new CommandFailure(
          "the baseline was measured on something else: its "
              + key
              + " is "
              + before
              + ", not "
              + value);
    }
  }

  /** Compares every score with what it is now. */
  public Comparison compare(RetrievalReport now) {
    List<Difference> differences = new ArrayList<>();
    Map<String, JsonNode> byQuery = byQuery();
    for (Stage stage : Stage.values()) {
      RankingScores mean = now.mean(stage);
      for (Metric metric : Metric.values()) {
        Optional<double[]> pairs = pairs(byQuery, now, stage, metric);
        differences.add(
            new Difference(
                stage,
                metric,
                score(report, stage, metric),
                Rounded.of(metric.of(mean)),
                pairs.flatMap(PairedBootstrap::of)));
      }
    }
    return new Comparison(differences, changes(now));
  }

  private Map<String, JsonNode> byQuery() {
    Map<String, JsonNode> scores = new HashMap<>();
    report
        .path(RetrievalReport.BY_QUERY)
        .forEach(each -> scores.put(each.path("query").asText(), each));
    return scores;
  }

  private Optional<double[]> pairs(
      Map<String, JsonNode> byQuery, RetrievalReport now, Stage stage, Metric metric) {
    if (!hasScoresByQuery()) {
      return Optional.empty();
    }
    return Optional.of(
        now.scores().stream()
            .mapToDouble(each ->
                Rounded.of(metric.of(each.of(stage)))
                    - score(scoresOf(each.query(), byQuery), stage, metric))
            .toArray());
  }

  private static JsonNode scoresOf(String query, Map<String, JsonNode> byQuery) {
    JsonNode scores = byQuery.get(query);
    if (scores == null) {
      throw new CommandFailure(
          "the baseline was measured on something else: it has no query " + query);
    }
    return scores;
  }

  private static double score(JsonNode scores, Stage stage, Metric metric) {
    JsonNode score = scores.path(stage.key()).path(metric.key());
    if (!score.isNumber()) {
      throw new CommandFailure("the baseline has no " + stage.key() + "." + metric.key());
    }
    return score.doubleValue();
  }

  private List<String> changes(RetrievalReport now) {
    List<String> changes = new ArrayList<>();
    JsonNode setup = report.path(RetrievalReport.SETUP);
    now.setup()
        .entries()
        .forEach((key, value) -> {
          String before = setup.path(key).asText();
          if (setup.has(key) && !before.equals(value)) {
            changes.add(key + " was " + quoted(before) + ", is " + quoted(value));
          }
        });
    if (setup.isMissingNode()) {
      changes.add("the baseline does not say which models and settings it was measured with");
    }
    if (!hasScoresByQuery()) {
      changes.add("the baseline has no scores by query, so there are no intervals: save it again");
    } else if (now.scores().size() < PairedBootstrap.FEWEST_PAIRS) {
      changes.add(
          "fewer than " + PairedBootstrap.FEWEST_PAIRS + " queries are too few for an interval");
    }
    return changes;
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "unknown" : value;
  }
}
