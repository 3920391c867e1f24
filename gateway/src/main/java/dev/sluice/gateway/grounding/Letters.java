package dev.sluice.gateway.grounding;

import com.ibm.icu.text.Normalizer2;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** Kinds of code points. */
final class Letters {

  private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();

  /** Scripts that put no space between words. */
  private static final Set<UnicodeScript> UNSPACED =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR,
          UnicodeScript.TIBETAN,
          UnicodeScript.JAVANESE,
          UnicodeScript.BALINESE);

  private Letters() {}

  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  /** What takes no room and changes no letter: bidi controls, soft hyphens and the like. */
  static boolean isInvisible(int codePoint) {
    return switch (codePoint) {
      case 0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF -> true;
      default ->
          (codePoint >= 0x202A && codePoint <= 0x202E)
              || (codePoint >= 0x2066 && codePoint <= 0x2069);
    };
  }

  /** Whether it belongs to the character before it, as an accent does. */
  static boolean isPartOfCharacter(int codePoint) {
    return codePoint >= 0x300 && (isMark(codePoint) || !NFKC.hasBoundaryBefore(codePoint));
  }

  private static boolean isMark(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  /** Digits of every script, and ² or ½. */
  static boolean isNumeral(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.OTHER_NUMBER;
  }

  static boolean isWordPart(int codePoint) {
    return Character.isLetterOrDigit(codePoint) || isMark(codePoint);
  }

  /** Whether a word may end beside it without a space. */
  static boolean isUnspaced(int codePoint) {
    return codePoint >= 0xE00 && UNSPACED.contains(UnicodeScript.of(codePoint));
  }
}
