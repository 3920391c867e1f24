package dev.sluice.gateway.grounding;

import dev.sluice.gateway.v1.CitationSource.Verification;

/**
 * Where a quote stands in a text.
 *
 * @param start in UTF-16 code units; 0 when it was not found
 * @param end exclusive
 */
public record Found(Verification verification, int start, int end) {

  static final Found NOWHERE = new Found(Verification.NOT_FOUND, 0, 0);

  /** Whether it stands there at all. */
  public boolean exists() {
    return verification != Verification.NOT_FOUND;
  }

  /** Whether it is the quote and not only like it. */
  public boolean proves() {
    return verification == Verification.EXACT || verification == Verification.NORMALIZED;
  }
}
