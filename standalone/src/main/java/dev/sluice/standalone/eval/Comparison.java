package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.console.TextTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Two runs over the same queries.
 *
 * @param differences every score of every stage
 * @param changes what else differs, in words: models, settings, and why there is no interval
 */
public record Comparison(List<Difference> differences, List<String> changes) {

  /** One line for each score that is worse than it was by more than {@code maxDrop}. */
  public List<String> drops(double maxDrop, boolean significantOnly) {
    return differences.stream()
        .filter(difference -> difference.isDrop(maxDrop, significantOnly))
        .map(Difference::drop)
        .toList();
  }

  /** For people. */
  public List<String> lines() {
    TextTable table =
        new TextTable(
            "against the baseline", "before", "after", "difference", "95 % interval", "p", "");
    differences.forEach(difference -> difference.addTo(table));
    List<String> lines = new ArrayList<>(table.lines());
    lines.addAll(changes);
    return lines;
  }

  /** Adds itself to the report of the later run. */
  public void writeTo(ObjectNode report) {
    ObjectNode json = report.putObject("comparison");
    ArrayNode scores = json.putArray("scores");
    differences.forEach(difference -> difference.writeTo(scores.addObject()));
    ArrayNode others = json.putArray("changes");
    changes.forEach(others::add);
  }
}
