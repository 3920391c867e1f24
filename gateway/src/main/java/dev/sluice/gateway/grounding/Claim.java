package dev.sluice.gateway.grounding;

/**
 * Words that are to stand in a document.
 *
 * @param credited the document's place in the evidence; {@link #ANYWHERE} when none is named
 * @param start where the part of the text that they support begins, in UTF-16 code units
 * @param end where that ends, exclusive
 */
record Claim(String quote, int credited, int start, int end) {

  static final int ANYWHERE = -1;

  /** Whether the text itself says that the words stand there. */
  boolean isMade() {
    return credited != ANYWHERE;
  }
}
