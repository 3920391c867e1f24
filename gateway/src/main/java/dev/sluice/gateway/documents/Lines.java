package dev.sluice.gateway.documents;

/** Lines of a text: they end with CR, LF or both. */
final class Lines {

  private Lines() {}

  /** Where the next line begins, at most {@code end}. */
  static int next(String text, int line, int end) {
    for (int i = line; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        return i + 1;
      }
      if (c == '\r') {
        return i + 1 < end && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
      }
    }
    return end;
  }

  /** Whether the line that begins here has only white space. */
  static boolean isBlank(String text, int line, int end) {
    for (int i = line; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        return true;
      }
      if (!Character.isWhitespace(c)) {
        return false;
      }
    }
    return true;
  }
}
