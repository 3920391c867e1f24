package dev.sluice.gateway.grounding;

import com.ibm.icu.text.Normalizer2;
import java.util.stream.IntStream;

/**
 * A text with white space, quotation marks, dashes and compatible forms of characters made alike
 * and without invisible characters, and the way back to the original. Forms that change a number
 * stay: 10² is not 102.
 *
 * @param origins where the character that each unit of the folded text came from begins
 * @param ends where that character ends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Folded(String text, int[] origins, int[] ends) {

  private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
  private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();

  /** Characters of more code points are taken apart: sorting their accents costs too much. */
  private static final int LONGEST_CHARACTER = 32;

  private static final int ASCII_END = 0x80;

  static Folded of(String original) {
    StringBuilder folded = new StringBuilder(original.length());
    IntStream.Builder origins = IntStream.builder();
    IntStream.Builder ends = IntStream.builder();
    for (int i = 0; i < original.length(); ) {
      int next = characterEnd(original, i);
      String piece = fold(original, i, next);
      if (!piece.equals(" ") || !endsWithSpace(folded)) {
        folded.append(piece);
        for (int unit = 0; unit < piece.length(); unit++) {
          origins.add(i);
          ends.add(next);
        }
      }
      i = next;
    }
    return new Folded(folded.toString(), origins.build().toArray(), ends.build().toArray());
  }

  private static int characterEnd(String text, int start) {
    int end = start + Character.charCount(text.codePointAt(start));
    for (int parts = 1; parts < LONGEST_CHARACTER && end < text.length(); parts++) {
      int codePoint = text.codePointAt(end);
      if (!Letters.isPartOfCharacter(codePoint)) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return end;
  }

  private static boolean endsWithSpace(StringBuilder text) {
    return !text.isEmpty() && text.charAt(text.length() - 1) == ' ';
  }

  private static String fold(String text, int start, int end) {
    int first = text.codePointAt(start);
    if (end - start == Character.charCount(first)) {
      if (Letters.isSpace(first)) {
        return " ";
      }
      if (first < ASCII_END) {
        return Character.toString(first);
      }
      if (Letters.isInvisible(first)) {
        return "";
      }
    }
    String character = text.substring(start, end);
    return alike((changesNumber(first) ? NFC : NFKC).normalize(character));
  }

  /** Whether its compatible form has digits where it is no digit itself, as of ² and ½. */
  private static boolean changesNumber(int codePoint) {
    return codePoint >= ASCII_END
        && Character.getType(codePoint) != Character.DECIMAL_DIGIT_NUMBER
        && NFKC.normalize(Character.toString(codePoint)).codePoints().anyMatch(Character::isDigit);
  }

  private static String alike(String character) {
    return character.length() == 1
        ? Character.toString(alike(character.charAt(0)))
        : character
            .chars()
            .map(c -> alike((char) c))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static char alike(char c) {
    return switch (c) {
      case 0x2018, 0x2019, 0x201A, 0x201B, 0x2039, 0x203A -> '\'';
      case 0x201C, 0x201D, 0x201E, 0x201F, 0x00AB, 0x00BB -> '"';
      case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212 -> '-';
      default -> c;
    };
  }

  /** Whether a place neither begins nor ends inside a character of the original. */
  boolean isWhole(int start, int end) {
    return (start == 0 || origins[start - 1] != origins[start])
        && (end == origins.length || origins[end - 1] != origins[end]);
  }
}
