package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of an earlier run, saved from {@code --json}. */
public record Baseline(JsonNode report) {

  /** Room for the rounding of the two reports. */
  private static final double ROUNDING = 1e-6;

  /** Reads a saved report. */
  public static Baseline read(Path file) {
    try (var in = Files.newInputStream(file)) {
      JsonNode report = new ObjectMapper().readTree(in);
      if (!report.path(Stage.LEXICAL.key()).isObject()) {
        throw new CommandFailure(file + " is no report of sluice eval --json");
      }
      return new Baseline(report);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new CommandFailure(file + " is no report of sluice eval --json: not JSON", e);
    } catch (IOException e) {
      throw new CommandFailure("cannot read the baseline: " + Unreadable.reason(e), e);
    }
  }

  /**
   * One line for each score that is worse than it was by more than {@code maxDrop}.
   *
   * @throws CommandFailure when the baseline was measured on something else
   */
  public List<String> drops(RetrievalReport now, double maxDrop) {
    requireSame("corpus_fingerprint", now.fingerprint());
    requireSame("queries", Integer.toString(now.queries()));
    List<String> drops = new ArrayList<>();
    now.stages()
        .forEach((stage, scores) -> {
          for (Metric metric : Metric.values()) {
            double before = score(stage, metric);
            double after = metric.of(scores);
            if (before - after > maxDrop + ROUNDING) {
              drops.add(
                  String.format(
                      Locale.ROOT,
                      "%s %s dropped from %.4f to %.4f",
                      stage.key(),
                      metric.key(),
                      before,
                      after));
            }
          }
        });
    return drops;
  }

  private double score(Stage stage, Metric metric) {
    JsonNode score = report.path(stage.key()).path(metric.key());
    if (!score.isNumber()) {
      throw new CommandFailure("the baseline has no " + stage.key() + "." + metric.key());
    }
    return score.doubleValue();
  }

  private void requireSame(String key, String value) {
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
}
