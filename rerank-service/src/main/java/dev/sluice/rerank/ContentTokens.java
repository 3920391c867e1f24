package dev.sluice.rerank;

import dev.sluice.serving.encoder.TokenSequence;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which tokens of a query say what it is about: those with a letter or digit, in words that are no
 * stop words. Where a query has none, all its own tokens; where it has none of its own, all.
 */
final class ContentTokens {

  /** Lucene's English stop words, and the words that questions are made of. */
  private static final Set<String> STOP_WORDS =
      Set.of(
          ("a an and are as at be but by for if in into is it no not of on or such that the their"
                  + " then there these they this to was will with"
                  + " what which who whom whose when where why how do does did has have had can"
                  + " could would should were been being he she his her its from about i me my we"
                  + " our you your")
              .split(" "));

  private ContentTokens() {}

  /** Indices into the sequence, ascending; never empty. */
  static int[] of(String text, TokenSequence tokens) {
    IntPredicate worded = i -> !tokens.special()[i] && worded(text, tokens, i);
    return firstNotEmpty(
        tokens.length(), worded.and(i -> !STOP_WORDS.contains(word(text, tokens, i))), worded);
  }

  private static int[] firstNotEmpty(int length, IntPredicate... rules) {
    for (IntPredicate rule : rules) {
      int[] kept = IntStream.range(0, length).filter(rule).toArray();
      if (kept.length > 0) {
        return kept;
      }
    }
    return IntStream.range(0, length).toArray();
  }

  private static boolean worded(String text, TokenSequence tokens, int i) {
    return text.substring(tokens.starts()[i], tokens.ends()[i])
        .codePoints()
        .anyMatch(Character::isLetterOrDigit);
  }

  /** The whole word that a token, which has a letter or digit, is a piece of; in lower case. */
  private static String word(String text, TokenSequence tokens, int i) {
    int inside = tokens.starts()[i];
    while (!Character.isLetterOrDigit(text.codePointAt(inside))) {
      inside += Character.charCount(text.codePointAt(inside));
    }
    int start = inside;
    while (start > 0 && Character.isLetterOrDigit(text.codePointBefore(start))) {
      start -= Character.charCount(text.codePointBefore(start));
    }
    int end = inside;
    while (end < text.length() && Character.isLetterOrDigit(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return text.substring(start, end).toLowerCase(Locale.ROOT);
  }
}
