package dev.sluice.standalone.cli;

import com.google.protobuf.Duration;
import dev.sluice.standalone.console.PrintableText;
import dev.sluice.standalone.console.TextTable;
import dev.sluice.type.v1.StageReport;
import java.util.List;
import java.util.Locale;

/** What each stage did and how long it took, as a table; times in milliseconds. */
final class StageTable {

  private StageTable() {}

  static TextTable of(List<StageReport> reports) {
    TextTable table =
        new TextTable(
            "stage", "outcome", "ms", "queue", "compute", "in", "out", "tokens", "cached", "model");
    for (StageReport report : reports) {
      table.row(
          report.getStage(),
          report.getOutcome().name().toLowerCase(Locale.ROOT),
          milliseconds(report.getTotalTime()),
          milliseconds(report.getQueueTime()),
          milliseconds(report.getComputeTime()),
          Integer.toString(report.getInputCount()),
          Integer.toString(report.getOutputCount()),
          Long.toString(report.getTokenCount()),
          Integer.toString(report.getCacheHitCount()),
          PrintableText.oneLine(report.getModel()));
    }
    return table;
  }

  private static String milliseconds(Duration duration) {
    double milliseconds = duration.getSeconds() * 1e3 + duration.getNanos() / 1e6;
    return String.format(Locale.ROOT, "%.1f", milliseconds);
  }
}
