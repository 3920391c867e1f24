package dev.sluice.gateway.documents;

import java.util.List;

/**
 * A paragraph, heading, list, list item, code block or the like. Its parts, if it has any, cover
 * it.
 */
record Block(TextRange range, Kind kind, List<Block> parts) {

  enum Kind {
    /** Belongs to what follows: headings, rules between paragraphs, front matter. */
    HEADING,
    PROSE,
    CODE
  }

  static Block leaf(int start, int end, Kind kind) {
    return new Block(new TextRange(start, end), kind, List.of());
  }
}
