package dev.sluice.gateway.grounding;

import java.util.BitSet;
import java.util.Optional;

/**
 * Finds a quote whose words are misspelled in the text or in the quote. Words stand against words,
 * in order, and none is added or left out; one in ten may differ, by a quarter of its letters but
 * not by the first. Numbers and short words must be equal, for 17 is not 71 and "not" is not "now".
 * Pure.
 *
 * @param start in UTF-16 code units of the text
 * @param end exclusive
 */
record NearWords(int start, int end) {

  private static final int FEWEST_WORDS = 5;
  private static final int WORDS_FOR_A_DIFFERENCE = 10;
  private static final int LONGEST_SHORT_WORD = 3;
  private static final int LONGEST_WORD = 64;
  private static final int LETTERS_FOR_A_DIFFERENCE = 4;

  /**
   * The first place that fits; empty also when the quote has too few words to be told, or the
   * effort is spent.
   */
  static Optional<NearWords> find(Words wanted, WordIndex index, Effort effort) {
    if (wanted.count() < FEWEST_WORDS) {
      return Optional.empty();
    }
    int different = Math.ceilDiv(wanted.count(), WORDS_FOR_A_DIFFERENCE);
    BitSet starts = index.beginnings(wanted, different, effort);
    Words there = index.words();
    int start = starts.nextSetBit(0);
    while (start >= 0 && !effort.isSpent()) {
      if (fits(wanted, there, start, different, effort)) {
        return Optional.of(
            new NearWords(there.starts()[start], there.ends()[start + wanted.count() - 1]));
      }
      start = starts.nextSetBit(start + 1);
    }
    return Optional.empty();
  }

  private static boolean fits(Words wanted, Words there, int start, int different, Effort effort) {
    int left = different;
    for (int i = 0; i < wanted.count() && effort.spend(1); i++) {
      String word = there.word(start + i);
      if (!wanted.word(i).equals(word)) {
        left--;
        if (left < 0 || !isNear(wanted.word(i), word, effort)) {
          return false;
        }
      }
    }
    return !effort.isSpent();
  }

  private static boolean isNear(String a, String b, Effort effort) {
    int longest = Math.max(a.length(), b.length());
    int most = longest / LETTERS_FOR_A_DIFFERENCE;
    return Math.min(a.length(), b.length()) > LONGEST_SHORT_WORD
        && longest <= LONGEST_WORD
        && Math.abs(a.length() - b.length()) <= most
        && a.charAt(0) == b.charAt(0)
        && a.codePoints().noneMatch(Letters::isNumeral)
        && b.codePoints().noneMatch(Letters::isNumeral)
        && effort.spend((long) a.length() * b.length())
        && distance(a, b) <= most;
  }

  /** Letters to be added, left out or replaced, by rows (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
