package dev.sluice.generate.extractive;

/** A part of a text: half-open, in UTF-16 code units. */
record Span(int start, int end) {

  Span shifted(int by) {
    return new Span(start + by, end + by);
  }

  String of(String text) {
    return text.substring(start, end);
  }

  boolean contains(int from, int to) {
    return start <= from && to <= end;
  }

  /** The part without white space at its ends; empty at its start when there is nothing else. */
  Span trimmed(String text) {
    int from = start;
    int to = end;
    while (from < to && blank(text.charAt(from))) {
      from++;
    }
    while (to > from && blank(text.charAt(to - 1))) {
      to--;
    }
    return new Span(from, to);
  }

  boolean isEmpty() {
    return start >= end;
  }

  private static boolean blank(char unit) {
    return Character.isWhitespace(unit) || Character.isSpaceChar(unit) || unit == 0;
  }
}
