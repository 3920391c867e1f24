package dev.sluice.bench.chaos;

import dev.sluice.bench.report.MarkdownTable;
import dev.sluice.bench.report.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of docs/chaos.md. */
public final class ChaosPage {

  private static final List<String> HEAD =
      List.of(
          "name", "fault", "expected", "outcome", "calls", "failed", "degraded", "as before after");

  private ChaosPage() {}

  /**
   * Writes it anew, between its markers; or its rows of those faults, where only some were tried.
   */
  public static void write(List<Outcome> outcomes, boolean all) throws IOException {
    Path root = Path.of(System.getProperty("sluice.root", "."));
    Page.edit(
        root.resolve("docs/chaos.md"),
        page -> all ? page.with("chaos", table(outcomes)) : with(page, outcomes));
  }

  private static Page with(Page page, List<Outcome> outcomes) {
    String text = page.text();
    for (Outcome outcome : outcomes) {
      Matcher row = Pattern.compile("(?m)^\\| `" + outcome.name() + "` \\|.*\n").matcher(text);
      if (!row.find()) {
        throw new IllegalArgumentException(
            "the page has no row of " + outcome.name() + " yet: write the whole table first");
      }
      text = row.replaceFirst(Matcher.quoteReplacement(MarkdownTable.line(cells(outcome))));
    }
    return new Page(text);
  }

  static String table(List<Outcome> outcomes) {
    return MarkdownTable.of(HEAD, outcomes.stream().map(ChaosPage::cells).toList());
  }

  private static List<String> cells(Outcome outcome) {
    return List.of(
        "`" + outcome.name() + "`",
        outcome.fault(),
        outcome.expectation(),
        outcome.words(),
        Integer.toString(outcome.count()),
        outcome.failed(),
        outcome.degraded(),
        outcome.recoveredAfter() + " s");
  }
}
