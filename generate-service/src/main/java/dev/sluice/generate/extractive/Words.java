package dev.sluice.generate.extractive;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.tartarus.snowball.ext.PorterStemmer;

/**
 * The words of a text. In scripts that write no spaces between words, each character counts as one.
 */
final class Words {

  private static final String UNSPACED =
      "\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}";
  private static final Pattern WORD =
      Pattern.compile(
          "[" + UNSPACED + "]|[\\p{L}\\p{M}\\p{N}&&[^" + UNSPACED + "]]+(?:['’]\\p{L}+)?");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern APOSTROPHE = Pattern.compile("['’].*");

  /** Words that say how something is asked, not what about. */
  private static final Set<String> STOP =
      Set.of(
          """
          a about after also an and any are as at be been before being between but by can could
          describe did do does during explain for from give had has have he her him his how i if in
          into is it its many may me might much my no not of on or our please she should so some
          such tell than that the their then there these they this through to was we were what when
          where which who whom whose why will with would you your
          """
              .strip()
              .split("\\s+"));

  private Words() {}

  /** All words in order, in lower case. */
  static List<String> of(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
  }

  /** The digit sequences of a text, sorted. */
  static List<String> numbers(String text) {
    return NUMBER.matcher(text).results().map(MatchResult::group).sorted().toList();
  }

  /** Whether a word in lower case is one that says nothing of a question's subject. */
  static boolean isStop(String word) {
    return STOP.contains(word);
  }

  /** The stems of all words. */
  static Set<String> stems(String text) {
    return stems(of(text));
  }

  /** The stems of the words that say what a question is about. */
  static Set<String> subjectStems(String text) {
    return stems(
        of(text).stream().filter(word -> !isStop(word) && !isStop(stripped(word))).toList());
  }

  private static Set<String> stems(List<String> words) {
    PorterStemmer stemmer = new PorterStemmer();
    Set<String> stems = new HashSet<>();
    for (String word : words) {
      stemmer.setCurrent(stripped(word));
      stemmer.stem();
      stems.add(stemmer.getCurrent());
    }
    return stems;
  }

  private static String stripped(String word) {
    return APOSTROPHE.matcher(word).replaceFirst("");
  }
}
