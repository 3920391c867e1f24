package dev.sluice.standalone.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under a heading, in columns as wide as they need; the first is set left, the others right.
 */
public final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... heading) {
    row(heading);
  }

  /** Adds a row of as many cells as the heading has. */
  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** The lines, without white space at their ends. */
  public List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
    }
    return line.toString().stripTrailing();
  }
}
