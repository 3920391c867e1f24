package dev.sluice.standalone.ingest;

import java.util.Locale;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Writes the XHTML that Tika makes of any document as Markdown: headings, list items and
 * preformatted blocks keep their form, everything else becomes paragraphs.
 */
final class StructuredText extends DefaultHandler {

  /** The document has more text than a document may have. */
  static final class TooLong extends SAXException {
    private static final long serialVersionUID = 1;
  }

  private final StringBuilder text = new StringBuilder();
  private final long limit;
  private int head;
  private int preformatted;
  private boolean gap;
  private String firstHeading = "";
  private int headingStart = -1;

  /**
   * @param limit the most characters to take
   */
  StructuredText(long limit) {
    this.limit = limit;
  }

  String text() {
    return text.toString().strip();
  }

  /** Empty when there is none. */
  String firstHeading() {
    return firstHeading;
  }

  @Override
  public void startElement(String uri, String local, String qualified, Attributes attributes)
      throws SAXException {
    String name = local.toLowerCase(Locale.ROOT);
    switch (name) {
      case "head" -> head++;
      case "h1", "h2", "h3", "h4", "h5", "h6" -> startHeading(name.charAt(1) - '0');
      case "li" -> {
        endLine(1);
        text.append("- ");
      }
      case "br" -> endLine(1);
      case "tr" -> endLine(1);
      case "td", "th" -> gap = true;
      case "pre" -> {
        endLine(2);
        text.append("```\n");
        preformatted++;
      }
      default -> startBlock(name);
    }
  }

  private void startHeading(int level) {
    endLine(2);
    text.append("#".repeat(level)).append(' ');
    headingStart = text.length();
  }

  private void startBlock(String name) {
    if (isBlock(name) && !endsWith("- ")) {
      endLine(2);
    }
  }

  @Override
  public void endElement(String uri, String local, String qualified) {
    String name = local.toLowerCase(Locale.ROOT);
    switch (name) {
      case "head" -> head--;
      case "h1", "h2", "h3", "h4", "h5", "h6" -> endHeading();
      case "pre" -> {
        preformatted--;
        endLine(1);
        text.append("```");
        endLine(2);
      }
      case "li", "tr" -> endLine(1);
      case "td", "th" -> gap = true;
      default -> {
        if (isBlock(name)) {
          endLine(2);
        }
      }
    }
  }

  private void endHeading() {
    String heading = headingStart < 0 ? "" : text.substring(headingStart).strip();
    if (firstHeading.isEmpty()) {
      firstHeading = heading;
    }
    headingStart = -1;
    endLine(2);
  }

  @Override
  public void characters(char[] characters, int start, int length) throws SAXException {
    if (head > 0) {
      return;
    }
    if (text.length() + (long) length > limit) {
      throw new TooLong();
    }
    if (preformatted > 0) {
      text.append(characters, start, length);
      return;
    }
    for (int i = start; i < start + length; i++) {
      add(characters[i]);
    }
  }

  @Override
  public void ignorableWhitespace(char[] characters, int start, int length) {
    gap = true;
  }

  private void add(char c) {
    if (Character.isWhitespace(c) || c == '\u00A0') {
      gap = true;
      return;
    }
    if (gap && !text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1))) {
      text.append(' ');
    }
    gap = false;
    text.append(c);
  }

  /** Makes the text end with so many line ends, unless it is empty. */
  private void endLine(int lineEnds) {
    gap = false;
    if (text.isEmpty()) {
      return;
    }
    int present = 0;
    while (present < text.length() && text.charAt(text.length() - 1 - present) == '\n') {
      present++;
    }
    text.repeat('\n', Math.max(0, lineEnds - present));
  }

  private boolean endsWith(String suffix) {
    return text.length() >= suffix.length()
        && text.substring(text.length() - suffix.length()).equals(suffix);
  }

  private static boolean isBlock(String name) {
    return switch (name) {
      case "p",
          "div",
          "section",
          "article",
          "header",
          "footer",
          "table",
          "ul",
          "ol",
          "dl",
          "dt",
          "dd",
          "blockquote",
          "body",
          "title",
          "figure",
          "main",
          "nav",
          "aside",
          "form",
          "hr" ->
          true;
      default -> false;
    };
  }
}
