package dev.sluice.gateway.documents;

/** The YAML that many Markdown files begin with, between two lines of three hyphens. */
final class FrontMatter {

  private static final int MOST_LINES = 200;

  private FrontMatter() {}

  /**
   * Where it ends; 0 when the text does not begin with any. A blank line makes it something else.
   */
  static int end(String text) {
    if (!text.startsWith("---")) {
      return 0;
    }
    int line = 0;
    for (int i = 0; i < MOST_LINES && line < text.length(); i++) {
      int next = Lines.next(text, line, text.length());
      String content = text.substring(line, next).strip();
      if (content.isEmpty() || (i == 0 && !content.equals("---"))) {
        return 0;
      }
      if (i > 0 && content.equals("---")) {
        return next;
      }
      line = next;
    }
    return 0;
  }
}
