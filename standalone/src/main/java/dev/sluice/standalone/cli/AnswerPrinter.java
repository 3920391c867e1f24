package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.PrintableText;
import dev.sluice.standalone.console.WrappedText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Writes an answer for people while it comes about. The newest piece of text is held until the next
 * event, so that citations which follow it get their marks in place; the mark of a later one is
 * listed with the words that it supports.
 */
final class AnswerPrinter {

  private final Console console;
  private final StringBuilder text = new StringBuilder();
  private final NavigableMap<Integer, String> marks = new TreeMap<>();
  private final List<String> late = new ArrayList<>();
  private final CitationNumbers numbers = new CitationNumbers();
  private final Map<String, SearchResult> passages = new HashMap<>();
  private int printed;
  private boolean openLine;

  AnswerPrinter(Console console) {
    this.console = console;
  }

  void print(AnswerEvent event) {
    switch (event.getEventCase()) {
      case SEARCH_RESULTS ->
          event.getSearchResults().getResultsList().forEach(r -> passages.put(r.getChunkId(), r));
      case TEXT_DELTA -> {
        flush();
        text.append(event.getTextDelta().getText());
      }
      case CITATION -> mark(event.getCitation());
      case DEGRADATION -> console.warn(Degradations.line(event.getDegradation()));
      case COMPLETED -> complete(event.getCompleted());
      case STARTED, EVENT_NOT_SET -> {}
    }
  }

  /** Ends the line that is open when a stream fails in the middle of an answer. */
  void end() {
    flush();
    endLine();
  }

  private void mark(Citation citation) {
    String mark = numbers.mark(citation);
    int start = Math.clamp(citation.getAnswerSpan().getStart(), 0, text.length());
    int end = Math.clamp(citation.getAnswerSpan().getEnd(), start, text.length());
    if (end < printed || (end == printed && printed < text.length())) {
      late.add(mark + " supports \"" + WrappedText.excerpt(text.substring(start, end), 120) + "\"");
    } else {
      marks.merge(end, " " + mark, (before, more) -> before + more.strip());
    }
  }

  private void flush() {
    marks.forEach((end, mark) -> {
      show(text.substring(printed, end) + mark);
      printed = end;
    });
    marks.clear();
    show(text.substring(printed));
    printed = text.length();
  }

  private void show(String part) {
    if (!part.isEmpty()) {
      console.out().print(PrintableText.of(part));
      console.out().flush();
      openLine = true;
    }
  }

  private void endLine() {
    if (openLine) {
      console.out().println();
      openLine = false;
    }
  }

  private void complete(AnswerCompleted completed) {
    end();
    if (completed.hasAbstention()) {
      String reason = completed.getAbstention().getReason().name();
      String message = PrintableText.oneLine(completed.getAbstention().getMessage());
      console.out().println("No answer (" + reason + "): " + message);
    }
    late.forEach(console.out()::println);
    printSources();
    console.out().println();
    StageTable.of(completed.getStageReportsList()).lines().forEach(console.out()::println);
    if (completed.hasSupportScore()) {
      console
          .out()
          .println(String.format(Locale.ROOT, "support %.3f", completed.getSupportScore()));
    }
  }

  private void printSources() {
    List<CitationSource> sources = numbers.sources();
    if (sources.isEmpty()) {
      return;
    }
    console.out().println();
    console.out().println("Sources");
    for (int i = 0; i < sources.size(); i++) {
      printSource(i + 1, sources.get(i));
    }
  }

  private void printSource(int number, CitationSource source) {
    SearchResult passage = passages.get(source.getChunkId());
    String name = passage == null ? source.getDocumentId() : SourceName.of(passage);
    String verification = source.getVerification().name().toLowerCase(Locale.ROOT);
    console.out().println("[" + number + "] " + PrintableText.oneLine(name) + ", " + verification);
    String quote = "\"" + source.getQuote() + "\"";
    for (String line : WrappedText.lines(quote, console.terminal().columns() - 4)) {
      console.out().println("    " + line);
    }
  }
}
