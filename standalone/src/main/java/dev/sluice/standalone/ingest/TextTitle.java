package dev.sluice.standalone.ingest;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The title that a page of Markdown gives itself. Reads line by line: a regular expression over
 * lines takes a frame of the stack for each.
 */
final class TextTitle {

  private static final String FENCE = "---";
  private static final String KEY = "title:";
  private static final int HEAD = 64 << 10;
  private static final int MOST_INDENT = 3;
  private static final int DEEPEST = 6;

  private TextTitle() {}

  /** From its front matter, else its first heading, else the name given. */
  static String ofMarkdown(String text, String otherwise) {
    List<String> lines = text.substring(0, Math.min(text.length(), HEAD)).lines().toList();
    return frontMatter(lines.iterator())
        .or(() -> lines.stream().flatMap(line -> heading(line).stream()).findFirst())
        .orElse(otherwise);
  }

  private static Optional<String> frontMatter(Iterator<String> lines) {
    if (!lines.hasNext() || !lines.next().equals(FENCE)) {
      return Optional.empty();
    }
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith(FENCE)) {
        return Optional.empty();
      }
      if (line.startsWith(KEY) && !line.substring(KEY.length()).isBlank()) {
        return Optional.of(unquoted(line.substring(KEY.length()).strip()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> heading(String line) {
    int start = count(line, 0, ' ');
    int end = start + count(line, start, '#');
    boolean marked = start <= MOST_INDENT && end > start && end - start <= DEEPEST;
    if (!marked || end == line.length() || " \t".indexOf(line.charAt(end)) < 0) {
      return Optional.empty();
    }
    String text = line.substring(end).strip();
    int last = text.length();
    while (last > 0 && text.charAt(last - 1) == '#') {
      last--;
    }
    return Optional.of(text.substring(0, last).strip()).filter(title -> !title.isEmpty());
  }

  /** How often a character stands from a place on. */
  private static int count(String line, int from, char c) {
    int to = from;
    while (to < line.length() && line.charAt(to) == c) {
      to++;
    }
    return to - from;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && (isIn('"', value) || isIn('\'', value));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static boolean isIn(char quote, String value) {
    return value.charAt(0) == quote && value.charAt(value.length() - 1) == quote;
  }
}
