package dev.sluice.standalone.console;

import java.util.ArrayList;
import java.util.List;

/** Text broken into lines between words. */
public final class WrappedText {

  private WrappedText() {}

  /** Lines of at most {@code width} characters, unless a word is longer. */
  public static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : PrintableText.oneLine(text).split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** About the first {@code length} characters, cut between words. */
  public static String excerpt(String text, int length) {
    String line = PrintableText.oneLine(text);
    if (line.length() <= length) {
      return line;
    }
    int space = line.lastIndexOf(' ', length);
    int cut =
        space > length / 2 ? space : line.offsetByCodePoints(0, line.codePointCount(0, length));
    return line.substring(0, cut) + " …";
  }
}
