package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.Block.Kind;

/** Finds the paragraphs of plain text: what stands between blank lines. */
final class PlainOutline {

  /** Shorter paragraphs go together with the next one. */
  private static final int SHORT = 32;

  private final String text;
  private final Outline outline;

  PlainOutline(String text, Outline outline) {
    this.text = text;
    this.outline = outline;
  }

  void read(TextRange range) {
    int start = range.start();
    boolean afterBlank = false;
    for (int line = start; line < range.end(); line = Lines.next(text, line, range.end())) {
      boolean blank = Lines.isBlank(text, line, range.end());
      if (afterBlank && !blank && line - start >= SHORT) {
        outline.add(Block.leaf(start, line, Kind.PROSE));
        start = line;
      }
      afterBlank = blank;
    }
    outline.add(Block.leaf(start, range.end(), Kind.PROSE));
  }
}
