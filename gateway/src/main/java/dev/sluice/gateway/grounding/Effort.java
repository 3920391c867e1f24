package dev.sluice.gateway.grounding;

/**
 * How much may still be spent on comparing misspelled words, which takes long where the same words
 * come again and again. For one thread.
 */
public final class Effort {

  private long left;

  /**
   * @param letters comparisons of letters, some nanoseconds each
   */
  public Effort(long letters) {
    this.left = letters;
  }

  /** Whether so much is left; it is spent. */
  boolean spend(long letters) {
    left -= letters;
    return left >= 0;
  }

  /** Whether something was given up. */
  public boolean isSpent() {
    return left < 0;
  }
}
