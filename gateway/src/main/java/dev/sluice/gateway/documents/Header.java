package dev.sluice.gateway.documents;

import java.util.ArrayList;
import java.util.List;

/**
 * What is read before a passage: title and headings, outermost first. Leaves out the headings that
 * the passage begins with itself, but never the title: measured in docs/decisions/0002.
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
    return join(Integer.MAX_VALUE);
  }

  /** The header of the passage that begins there, at most so many units of it. */
  String before(TextRange passage, int length) {
    return TextCuts.prefix(join(passage.start()), length).strip();
  }

  private String join(int before) {
    List<String> parts = new ArrayList<>();
    parts.add(title);
    for (Section.Heading heading : path) {
      boolean repeats = parts.size() == 1 && heading.text().equalsIgnoreCase(title);
      if (heading.start() < before && !repeats) {
        parts.add(heading.text());
      }
    }
    parts.removeIf(String::isEmpty);
    return String.join(SEPARATOR, parts);
  }
}
