package dev.sluice.bench.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A part as it stands on the page: its command, its noise, its table, and what went wrong. */
final class PartText {

  private PartText() {}

  /**
   * @param moment when it was measured, on what, and how busy that was
   */
  static String of(Part part, List<PartRun> runs, String moment, Duration took) {
    StringBuilder text = new StringBuilder();
    text.append(
        "`%s` (%s; %s; %d min)".formatted(part.command(), part.noise(), moment, minutes(took)));
    List<PartRun> failed = runs.stream().filter(run -> run.exitCode() != 0).toList();
    if (!failed.isEmpty()) {
      text.append(
          ". **%d of %d runs failed**, with exit code %d"
              .formatted(failed.size(), runs.size(), failed.getFirst().exitCode()));
    }
    List<List<Map<String, Object>>> measured =
        runs.stream().map(PartRun::rows).filter(rows -> !rows.isEmpty()).toList();
    if (measured.isEmpty()) {
      return text.append(". Nothing was measured.\n").toString();
    }
    return text.append(":\n\n").append(table(Spread.of(measured))).toString();
  }

  private static long minutes(Duration took) {
    return Math.max(1, Math.round(took.toSeconds() / 60.0));
  }

  private static String table(List<Map<String, String>> rows) {
    List<String> head = List.copyOf(rows.getFirst().keySet());
    List<List<String>> cells = new ArrayList<>();
    for (Map<String, String> row : rows) {
      cells.add(head.stream().map(name -> row.getOrDefault(name, "")).toList());
    }
    return MarkdownTable.of(head, cells);
  }
}
