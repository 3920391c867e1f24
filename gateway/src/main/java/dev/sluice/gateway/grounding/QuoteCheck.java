package dev.sluice.gateway.grounding;

import dev.sluice.gateway.v1.CitationSource.Verification;
import org.jspecify.annotations.Nullable;

/**
 * Finds quotes in one text. EXACT is decided by comparing characters and by nothing else, so it is
 * never false, and a place that cuts a character or a number in two is none. Takes time linear in
 * both, but for misspelled words. For one thread.
 */
final class QuoteCheck {

  /** Fewer letters and digits are found by chance, and tell nothing of where they come from. */
  private static final int FEWEST_LETTERS = 16;

  private final String text;
  private @Nullable Folded folded;
  private @Nullable WordIndex words;

  QuoteCheck(String text) {
    this.text = text;
  }

  /** Whether the words are so many that they hardly stand in a text by chance. */
  static boolean tells(String quote) {
    return quote.codePoints().filter(Character::isLetterOrDigit).limit(FEWEST_LETTERS).count()
        == FEWEST_LETTERS;
  }

  /** The first place where the words stand misspelled, if effort is left to find it. */
  Found misspelled(String quote, Effort effort) {
    return NearWords.find(Words.of(quote), words(), effort)
        .filter(near -> Cut.of(text, near.start(), near.end()) != Cut.CHARACTER)
        .map(near -> new Found(Verification.APPROXIMATE, near.start(), near.end()))
        .orElse(Found.NOWHERE);
  }

  /**
   * The first EXACT place, else the first NORMALIZED one, else the first that only cuts a word:
   * APPROXIMATE.
   */
  Found same(String quote) {
    if (quote.codePoints().noneMatch(Character::isLetterOrDigit)) {
      return Found.NOWHERE;
    }
    Found exact = exact(quote);
    if (exact.proves()) {
      return exact;
    }
    Found normalized = normalized(quote);
    return normalized.proves() || !exact.exists() ? normalized : exact;
  }

  private Found exact(String quote) {
    Found cut = Found.NOWHERE;
    var places = new Occurrences(quote, text);
    for (int start = places.next(); start >= 0; start = places.next()) {
      Found place = place(Verification.EXACT, quote, start, start + quote.length());
      if (place.proves()) {
        return place;
      }
      cut = cut.exists() ? cut : place;
    }
    return cut;
  }

  private Found normalized(String quote) {
    String needle = Folded.of(quote).text().strip();
    if (needle.isEmpty()) {
      return Found.NOWHERE;
    }
    Found cut = Found.NOWHERE;
    var places = new Occurrences(needle, folded().text());
    for (int start = places.next(); start >= 0; start = places.next()) {
      int end = start + needle.length();
      if (folded().isWhole(start, end)) {
        int from = folded().origins()[start];
        Found place = place(Verification.NORMALIZED, quote, from, folded().ends()[end - 1]);
        if (place.proves()) {
          return place;
        }
        cut = cut.exists() ? cut : place;
      }
    }
    return cut;
  }

  private Found place(Verification whole, String quote, int start, int end) {
    return switch (Cut.of(text, start, end)) {
      case NOTHING -> new Found(whole, start, end);
      case WORD -> tells(quote) ? new Found(Verification.APPROXIMATE, start, end) : Found.NOWHERE;
      case CHARACTER -> Found.NOWHERE;
    };
  }

  private Folded folded() {
    if (folded == null) {
      folded = Folded.of(text);
    }
    return folded;
  }

  private WordIndex words() {
    if (words == null) {
      words = WordIndex.of(Words.of(text));
    }
    return words;
  }
}
