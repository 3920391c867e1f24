package dev.sluice.bench.chaos;

import dev.sluice.bench.report.MarkdownTable;
import dev.sluice.bench.report.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The table of docs/chaos.md. */
public final class ChaosPage {

  private static final List<String> HEAD =
      List.of(
          "name", "fault", "expected", "outcome", "calls", "failed", "degraded", "as before after");

  private ChaosPage() {}

  /** Writes it anew, between its markers. */
  public static void write(List<Outcome> outcomes) throws IOException {
    Path root = Path.of(System.getProperty("sluice.root", "."));
    Page.edit(root.resolve("docs/chaos.md"), page -> page.with("chaos", table(outcomes)));
  }

  static String table(List<Outcome> outcomes) {
    return MarkdownTable.of(
        HEAD,
        outcomes.stream()
            .map(each ->
                List.of(
                    "`" + each.name() + "`",
                    each.fault(),
                    each.expectation(),
                    each.words(),
                    Integer.toString(each.count()),
                    each.failed(),
                    each.degraded(),
                    each.recoveredAfter() + " s"))
            .toList());
  }
}
