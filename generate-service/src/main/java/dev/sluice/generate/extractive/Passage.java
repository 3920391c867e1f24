package dev.sluice.generate.extractive;

import java.util.List;

/**
 * A document as the ranking sees it. Immutable, and the same for the same text.
 *
 * @param quotables the units that can answer something, in order, with their tokens' rows
 * @param rows the vectors of all its tokens: the text's in order, then the title's
 * @param tokens that the model reads for it, in all windows
 */
record Passage(List<Quotable> quotables, TokenRows rows, int tokens) {

  private static final int BYTES_OF_A_UNIT = 96;

  /**
   * A unit that can be quoted.
   *
   * @param rows its tokens' rows, not empty
   */
  record Quotable(Unit unit, Span rows) {}

  /** Bytes of memory, about. */
  int bytes() {
    return rows.bytes() + BYTES_OF_A_UNIT * (quotables.size() + 1);
  }
}
