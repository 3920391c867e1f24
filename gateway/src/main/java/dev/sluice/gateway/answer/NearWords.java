package dev.sluice.gateway.answer;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Finds a quote whose words are misspelled in the text or in the quote. Words stand against words,
 * in order, and none is added or left out; one in ten may differ, by a quarter of its letters.
 * Numbers and short words must be equal, for 17 is not 71 and "not" is not "now". Pure.
 *
 * @param start in UTF-16 code units of the text
 * @param end exclusive
 */
record NearWords(int start, int end) {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");
  private static final int FEWEST_WORDS = 5;
  private static final int WORDS_FOR_A_DIFFERENCE = 10;
  private static final int LONGEST_SHORT_WORD = 3;
  private static final int LETTERS_FOR_A_DIFFERENCE = 4;

  /** The words of a text, in lower case, and where they stand. */
  private record Words(List<String> words, List<MatchResult> places) {

    static Words of(String text) {
      List<MatchResult> places = WORD.matcher(text).results().toList();
      return new Words(
          places.stream().map(place -> place.group().toLowerCase(Locale.ROOT)).toList(), places);
    }
  }

  /** The first place that fits; empty also when the quote has too few words to be told. */
  static Optional<NearWords> find(String quote, String text) {
    List<String> wanted = Words.of(quote).words();
    Words there = Words.of(text);
    int last = there.words().size() - wanted.size();
    for (int start = 0; wanted.size() >= FEWEST_WORDS && start <= last; start++) {
      int end = start + wanted.size();
      if (fits(wanted, there.words().subList(start, end))) {
        return Optional.of(
            new NearWords(there.places().get(start).start(), there.places().get(end - 1).end()));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(List<String> wanted, List<String> there) {
    int allowed = Math.ceilDiv(wanted.size(), WORDS_FOR_A_DIFFERENCE);
    for (int i = 0; i < wanted.size(); i++) {
      if (!wanted.get(i).equals(there.get(i))) {
        allowed--;
        if (allowed < 0 || !isNear(wanted.get(i), there.get(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isNear(String a, String b) {
    int longest = Math.max(a.length(), b.length());
    int most = longest / LETTERS_FOR_A_DIFFERENCE;
    return Math.min(a.length(), b.length()) > LONGEST_SHORT_WORD
        && (a + b).chars().noneMatch(Character::isDigit)
        && Math.abs(a.length() - b.length()) <= most
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
