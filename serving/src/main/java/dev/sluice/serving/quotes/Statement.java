package dev.sluice.serving.quotes;

import java.text.BreakIterator;
import java.util.Locale;

/** What was written since the last mark, or the end of it when it is long. */
final class Statement {

  private static final int LONGEST = 8192;

  private final StringBuilder text = new StringBuilder();

  void append(String piece) {
    text.append(text.isEmpty() ? piece.stripLeading() : piece);
    int start = text.length() - LONGEST;
    if (start > 0) {
      text.delete(0, Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start);
    }
  }

  void clear() {
    text.setLength(0);
  }

  /** UTF-16 units of its last sentence. */
  int lastSentence() {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(text.toString());
    sentences.last();
    int start = sentences.previous();
    return text.length() - Math.max(start, 0);
  }
}
