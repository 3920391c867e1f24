package dev.sluice.generate.extractive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of Markdown or plain text.
 *
 * @param span without its line break
 * @param content without the white space around it
 */
record Line(Span span, String content) {

  private static final Pattern BREAK = Pattern.compile("\\R");
  private static final Pattern HEADING = Pattern.compile("#{1,6}\\s.*");
  private static final Pattern RULE = Pattern.compile("={3,}|-{3,}|\\*{3,}|_{3,}");
  private static final Pattern DELIMITERS = Pattern.compile("[|:\\-\\s]+");
  private static final Pattern ITEM =
      Pattern.compile("\\s*(?:[-*+]|\\d{1,3}[.)])\\s+(?:\\[[ xX]]\\s+)?");

  /** The lines of a text, in order. */
  static List<Line> of(String text) {
    List<Line> lines = new ArrayList<>();
    Matcher breaks = BREAK.matcher(text);
    int start = 0;
    while (breaks.find()) {
      lines.add(line(text, start, breaks.start()));
      start = breaks.end();
    }
    lines.add(line(text, start, text.length()));
    return lines;
  }

  private static Line line(String text, int start, int end) {
    Span span = new Span(start, end);
    return new Line(span, span.trimmed(text).of(text));
  }

  boolean isBlank() {
    return content.isEmpty();
  }

  boolean isHeading() {
    return HEADING.matcher(content).matches();
  }

  /** A line of one sign, which underlines a heading or parts two paragraphs. */
  boolean isRule() {
    return RULE.matcher(content).matches();
  }

  /** Whether it opens, or closes, a block of code. */
  boolean isFence() {
    return content.startsWith("```") || content.startsWith("~~~");
  }

  boolean hasCells() {
    return content.indexOf('|') >= 0;
  }

  /** The line between a table's header and its rows. */
  boolean isDelimiter() {
    return hasCells() && content.contains("--") && DELIMITERS.matcher(content).matches();
  }

  /** Where the text of a list item begins; -1 when this is none. */
  int itemStart(String text) {
    Matcher marker = ITEM.matcher(text).region(span.start(), span.end());
    return marker.lookingAt() ? marker.end() : -1;
  }
}
