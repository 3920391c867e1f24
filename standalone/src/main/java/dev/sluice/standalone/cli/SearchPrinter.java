package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.PrintableText;
import dev.sluice.standalone.console.WrappedText;
import java.util.Locale;

/** Writes passages for people. */
record SearchPrinter(Console console) {

  private static final int EXCERPT = 300;

  void print(SearchResponse response) {
    if (response.getResultsCount() == 0) {
      console.note("nothing found");
    }
    for (int i = 0; i < response.getResultsCount(); i++) {
      print(i + 1, response.getResults(i));
    }
  }

  private void print(int number, SearchResult result) {
    String place = PrintableText.oneLine(SourceName.of(result));
    console.out().println(number + ". " + score(result) + "  " + place);
    String text = WrappedText.excerpt(result.getText(), EXCERPT);
    for (String line : WrappedText.lines(text, console.terminal().columns() - 3)) {
      console.out().println("   " + line);
    }
    console.out().println();
  }

  private static String score(SearchResult result) {
    if (result.getScoresCount() == 0) {
      return "no score";
    }
    Score score = result.getScores(0);
    return String.format(Locale.ROOT, "%s %.4f", score.getKind(), score.getValue());
  }
}
