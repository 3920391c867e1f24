package dev.sluice.gateway.answer;

import dev.sluice.gateway.v1.CitationSource.Verification;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.stream.IntStream;

/**
 * Finds a quote in a stored text. Pure. EXACT is decided by comparing characters and by nothing
 * else, so it is never false.
 */
final class QuoteCheck {

  /**
   * Where the quote stands.
   *
   * @param start in UTF-16 code units; 0 when it was not found
   * @param end exclusive
   */
  record Found(Verification verification, int start, int end) {
    static final Found NOWHERE = new Found(Verification.NOT_FOUND, 0, 0);
  }

  private QuoteCheck() {}

  static Found find(String quote, String text) {
    if (quote.isBlank()) {
      return Found.NOWHERE;
    }
    int exact = text.indexOf(quote);
    if (exact >= 0) {
      return new Found(Verification.EXACT, exact, exact + quote.length());
    }
    Folded folded = Folded.of(text);
    String needle = Folded.of(quote).text().strip();
    int start = needle.isEmpty() ? -1 : folded.text().indexOf(needle);
    if (start < 0) {
      return NearWords.find(quote, text)
          .map(near -> new Found(Verification.APPROXIMATE, near.start(), near.end()))
          .orElse(Found.NOWHERE);
    }
    int last = start + needle.length() - 1;
    return new Found(Verification.NORMALIZED, folded.origin(start), folded.originEnd(last));
  }

  /**
   * A text with white space, quotation marks, dashes and compatible forms of characters made alike,
   * and the way back to the original.
   *
   * @param origins where each character of the folded text begins in the original
   * @param ends where the original character that each came from ends
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Folded(String text, int[] origins, int[] ends) {

    static Folded of(String original) {
      StringBuilder folded = new StringBuilder(original.length());
      IntStream.Builder origins = IntStream.builder();
      IntStream.Builder ends = IntStream.builder();
      for (int i = 0; i < original.length(); ) {
        int codePoint = original.codePointAt(i);
        int next = i + Character.charCount(codePoint);
        String piece = fold(codePoint);
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

    private static boolean endsWithSpace(StringBuilder text) {
      return !text.isEmpty() && text.charAt(text.length() - 1) == ' ';
    }

    int origin(int index) {
      return origins[index];
    }

    int originEnd(int index) {
      return ends[index];
    }

    private static String fold(int codePoint) {
      if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
        return " ";
      }
      return switch (codePoint) {
        case 0x2018, 0x2019, 0x201A, 0x201B -> "'";
        case 0x201C, 0x201D, 0x201E, 0x201F, 0x00AB, 0x00BB -> "\"";
        case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212 -> "-";
        default -> Normalizer.normalize(Character.toString(codePoint), Form.NFKC);
      };
    }
  }
}
