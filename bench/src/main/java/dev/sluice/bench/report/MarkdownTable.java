package dev.sluice.bench.report;

import java.util.List;
import java.util.stream.Collectors;

/** A table as Markdown writes it. */
public final class MarkdownTable {

  private MarkdownTable() {}

  /** Ends with a line break. */
  public static String of(List<String> head, List<List<String>> rows) {
    StringBuilder table = new StringBuilder(line(head));
    table.append(line(head.stream().map(_ -> "---").toList()));
    rows.forEach(row -> table.append(line(row)));
    return table.toString();
  }

  /** One line of it. */
  public static String line(List<String> cells) {
    return cells.stream().map(MarkdownTable::cell).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
