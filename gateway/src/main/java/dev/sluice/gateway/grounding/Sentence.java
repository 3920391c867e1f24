package dev.sluice.gateway.grounding;

import com.ibm.icu.text.BreakIterator;
import dev.sluice.gateway.documents.SentenceBorders;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence of a text, with a letter or a digit in it and without white space around it.
 *
 * @param start in UTF-16 code units
 * @param end exclusive
 */
record Sentence(int start, int end) {

  /** A line end that only wraps a line: what follows is no blank line, list item or heading. */
  private static final Pattern WRAP =
      Pattern.compile("(?<!\n)\r?\n(?![ \t]*+(?:\r?\n|[-*+•#>|]|\\d{1,3}[.)]\\s))");

  private static final Pattern QUOTED = Pattern.compile("[\"“„«「『]([^\"“”„«»「」『』]++)[\"”“»」』]");

  /** Possessive: it is matched once for each mark, and there may be many. */
  private static final Pattern LIST_MARK =
      Pattern.compile("(?:(?:[-*+•#>]++|\\d{1,3}[.)])[ \t]++)*+");

  private static final String CLOSING = ".!?…。！？ \t\r\n";

  /** The sentences of a text, in order. */
  static List<Sentence> of(String text) {
    BreakIterator borders = SentenceBorders.create();
    borders.setText(WRAP.matcher(text).replaceAll(wrap -> " ".repeat(wrap.group().length())));
    List<Sentence> sentences = new ArrayList<>();
    int start = borders.first();
    for (int end = borders.next(); end != BreakIterator.DONE; end = borders.next()) {
      String sentence = text.substring(start, end);
      if (sentence.codePoints().anyMatch(Character::isLetterOrDigit)) {
        int lead = sentence.length() - sentence.stripLeading().length();
        sentences.add(new Sentence(start + lead, start + sentence.stripTrailing().length()));
      }
      start = end;
    }
    return sentences;
  }

  /** Whether a part of it is marked. */
  boolean touches(BitSet marked) {
    int next = marked.nextSetBit(start);
    return next >= 0 && next < end;
  }

  /** What may be looked for: itself, and what stands in quotation marks and tells anything. */
  List<Claim> claims(String text) {
    List<Claim> claims = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(text).region(start, end);
    while (quoted.find()) {
      if (QuoteCheck.tells(quoted.group(1))) {
        claims.add(new Claim(quoted.group(1), Claim.ANYWHERE, quoted.start(1), quoted.end(1)));
      }
    }
    claims.add(new Claim(words(text), Claim.ANYWHERE, start, end));
    return claims;
  }

  /** Without what marks it as a list item, and without what ends it. */
  private String words(String text) {
    Matcher mark = LIST_MARK.matcher(text).region(start, end);
    int from = mark.lookingAt() ? mark.end() : start;
    int to = end;
    while (to > from && CLOSING.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }
}
