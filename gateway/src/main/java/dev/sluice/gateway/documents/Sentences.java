package dev.sluice.gateway.documents;

import com.ibm.icu.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the blocks that do not fit whole: prose into sentences, code into lines. For one thread.
 */
final class Sentences {

  /** Shorter pieces go together with the next one: fewer to count. */
  private static final int SHORT = 32;

  /** Sentences are looked for in so much text at once. */
  private static final int WINDOW = 1 << 16;

  private final BreakIterator borders = SentenceBorders.create();

  /** Ranges that cover the block, each at most {@code longest} units. */
  List<TextRange> split(String text, Block block, int longest) {
    List<TextRange> pieces =
        switch (block.kind()) {
          case CODE -> lines(text, block.range());
          case PROSE, HEADING -> sentences(text, block.range());
        };
    return bounded(text, joined(pieces), longest);
  }

  private static List<TextRange> lines(String text, TextRange range) {
    List<TextRange> lines = new ArrayList<>();
    int line = range.start();
    while (line < range.end()) {
      int next = Lines.next(text, line, range.end());
      lines.add(new TextRange(line, next));
      line = next;
    }
    return lines;
  }

  private List<TextRange> sentences(String text, TextRange range) {
    List<TextRange> sentences = new ArrayList<>();
    for (TextRange window : TextCuts.atMost(WINDOW, text, range)) {
      // To ICU every line end ends a sentence; in prose it only wraps a line.
      borders.setText(window.of(text).replace('\n', ' ').replace('\r', ' '));
      int from = borders.first();
      for (int to = borders.next(); to != BreakIterator.DONE; to = borders.next()) {
        sentences.add(new TextRange(window.start() + from, window.start() + to));
        from = to;
      }
    }
    return sentences;
  }

  private static List<TextRange> joined(List<TextRange> pieces) {
    List<TextRange> joined = new ArrayList<>();
    for (TextRange piece : pieces) {
      if (!joined.isEmpty() && joined.getLast().length() < SHORT) {
        joined.set(joined.size() - 1, new TextRange(joined.getLast().start(), piece.end()));
      } else {
        joined.add(piece);
      }
    }
    return joined;
  }

  private static List<TextRange> bounded(String text, List<TextRange> pieces, int longest) {
    List<TextRange> bounded = new ArrayList<>();
    for (TextRange piece : pieces) {
      bounded.addAll(TextCuts.atMost(longest, text, piece));
    }
    return bounded;
  }
}
