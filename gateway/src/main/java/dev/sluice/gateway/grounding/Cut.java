package dev.sluice.gateway.grounding;

/**
 * What a place of a text cuts in two at one of its ends. Words that say something else begin and
 * end like others: "able" stands in "unable", 5 in 50, and "I can" in "I can't". Pure.
 */
enum Cut {
  NOTHING,
  /** A word, as of letters joined by apostrophes and hyphens. */
  WORD,
  /** A character or a number, which makes another one of it. */
  CHARACTER;

  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final String POINTS = ".,:/·'’٫٬";
  private static final String SIGNS = "-–−+";
  private static final String JOINERS = "'’-‐‑";

  /** The worse of both ends. */
  static Cut of(String text, int start, int end) {
    Cut first = at(text, start);
    Cut last = at(text, end);
    return first.compareTo(last) >= 0 ? first : last;
  }

  private static Cut at(String text, int index) {
    int left = leftOf(text, index);
    int right = rightOf(text, index);
    if (left == 0 || right == text.length()) {
      return NOTHING;
    }
    int before = text.codePointBefore(left);
    int after = text.codePointAt(right);
    if (cutsCharacter(text, index, before, after) || cutsNumber(text, left, right)) {
      return CHARACTER;
    }
    return cutsWord(text, left, right) ? WORD : NOTHING;
  }

  private static boolean cutsCharacter(String text, int index, int before, int after) {
    boolean insidePair =
        Character.isHighSurrogate(text.charAt(index - 1))
            && Character.isLowSurrogate(text.charAt(index));
    return insidePair
        || Letters.isPartOfCharacter(after)
        || before == ZERO_WIDTH_JOINER
        || after == ZERO_WIDTH_JOINER;
  }

  private static boolean cutsNumber(String text, int left, int right) {
    int before = text.codePointBefore(left);
    int after = text.codePointAt(right);
    if (Letters.isNumeral(after)) {
      return Letters.isNumeral(before)
          || (isOneOf(POINTS, before) && Letters.isNumeral(beyondLeft(text, left)))
          || (isOneOf(SIGNS, before) && !Letters.isWordPart(beyondLeft(text, left)));
    }
    return Letters.isNumeral(before)
        && isOneOf(POINTS, after)
        && Letters.isNumeral(beyondRight(text, right));
  }

  private static boolean cutsWord(String text, int left, int right) {
    int before = text.codePointBefore(left);
    int after = text.codePointAt(right);
    if (Letters.isUnspaced(before) || Letters.isUnspaced(after)) {
      return false;
    }
    if (Letters.isWordPart(before) && Letters.isWordPart(after)) {
      return true;
    }
    return (isOneOf(JOINERS, before)
            && Character.isLetter(after)
            && Letters.isWordPart(beyondLeft(text, left)))
        || (isOneOf(JOINERS, after)
            && Letters.isWordPart(before)
            && Character.isLetter(beyondRight(text, right)));
  }

  private static boolean isOneOf(String characters, int codePoint) {
    return characters.indexOf(codePoint) >= 0;
  }

  /** The code point two before; a space where there is none. */
  private static int beyondLeft(String text, int left) {
    int further = leftOf(text, left - Character.charCount(text.codePointBefore(left)));
    return further == 0 ? ' ' : text.codePointBefore(further);
  }

  /** The code point after the next; a space where there is none. */
  private static int beyondRight(String text, int right) {
    int further = rightOf(text, right + Character.charCount(text.codePointAt(right)));
    return further == text.length() ? ' ' : text.codePointAt(further);
  }

  private static int leftOf(String text, int index) {
    int left = index;
    while (left > 0 && Letters.isInvisible(text.codePointBefore(left))) {
      left--;
    }
    return left;
  }

  private static int rightOf(String text, int index) {
    int right = index;
    while (right < text.length() && Letters.isInvisible(text.codePointAt(right))) {
      right++;
    }
    return right;
  }
}
