package dev.sluice.gateway.documents;

/** A half-open range of a text, in UTF-16 units. */
record TextRange(int start, int end) {

  int length() {
    return end - start;
  }

  String of(String text) {
    return text.substring(start, end);
  }

  boolean isBlank(String text) {
    return trimmed(text).length() == 0;
  }

  /** Without the white space at both ends. */
  TextRange trimmed(String text) {
    int from = start;
    int to = end;
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (from < to && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return new TextRange(from, to);
  }
}
