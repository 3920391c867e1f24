package dev.sluice.gateway.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is read before a passage: title and headings, outermost first. Leaves out what the passage
 * begins with itself.
 */
final class Header {

  private static final String SEPARATOR = " > ";

  private final String title;
  private final List<Section.Heading> path;

  Header(String title, List<Section.Heading> path) {
    this.title = title.strip();
    this.path = path;
  }

  List<String> headings() {
    return path.stream().map(Section.Heading::text).filter(text -> !text.isEmpty()).toList();
  }

  /** All that could stand in it. */
  String longest() {
    return join(title, Integer.MAX_VALUE);
  }

  /** The header of the passage that begins there, at most so many units of it. */
  String before(String text, TextRange passage, int length) {
    boolean titled = beginsWith(text, passage, title);
    return TextCuts.prefix(join(titled ? "" : title, passage.start()), length).strip();
  }

  private String join(String first, int before) {
    List<String> parts = new ArrayList<>();
    parts.add(first);
    for (Section.Heading heading : path) {
      boolean repeats = parts.size() == 1 && heading.text().equalsIgnoreCase(title);
      if (heading.start() < before && !repeats) {
        parts.add(heading.text());
      }
    }
    parts.removeIf(String::isEmpty);
    return String.join(SEPARATOR, parts);
  }

  private static boolean beginsWith(String text, TextRange passage, String title) {
    int at = passage.start();
    while (at < passage.end() && (text.charAt(at) == '#' || text.charAt(at) == ' ')) {
      at++;
    }
    return at + title.length() <= passage.end()
        && text.substring(at, at + title.length())
            .toLowerCase(Locale.ROOT)
            .equals(title.toLowerCase(Locale.ROOT));
  }
}
