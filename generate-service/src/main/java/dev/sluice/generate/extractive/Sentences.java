package dev.sluice.generate.extractive;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits a paragraph into sentences: ICU's rules with its list of abbreviations, and then pieces
 * joined again that end in a title ("Dr."), an initial ("William E.") or the like, or whose
 * successor begins in lower case.
 */
final class Sentences {

  private static final BreakIterator RULES =
      BreakIterator.getSentenceInstance(new ULocale("en@ss=standard"));

  private static final String ABBREVIATIONS =
      "St|Dr|Mr|Mrs|Ms|No|Nos|vs|Prof|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Jr|Sr|Inc|Ltd|Corp|Fig|Eq|cf|al"
          + "|approx|ca|c|Sec|Vol|pp|etc|e\\.g|i\\.e|U\\.S|U\\.K|U\\.N";
  private static final Pattern ABBREVIATED =
      Pattern.compile("(?:^|[\\s(\"'])(?:" + ABBREVIATIONS + ")\\.$");

  /** One capital with a full stop, alone or after a name or another initial. */
  private static final Pattern INITIAL =
      Pattern.compile("(?:^|\\p{Lu}[\\w'’-]*\\s|\\p{Lu}\\.\\s?)\\p{Lu}\\.$");

  private static final int SHORTEST = 6;

  private Sentences() {}

  /**
   * @param paragraph without line breaks, which ICU takes for the end of a sentence
   * @return the sentences in order, without the white space around them
   */
  static List<Span> of(String paragraph) {
    List<Span> sentences = new ArrayList<>();
    for (Span piece : pieces(paragraph)) {
      if (!sentences.isEmpty() && joins(sentences.getLast(), piece, paragraph)) {
        sentences.add(new Span(sentences.removeLast().start(), piece.end()));
      } else {
        sentences.add(piece);
      }
    }
    return sentences;
  }

  private static List<Span> pieces(String paragraph) {
    BreakIterator breaks = RULES.clone();
    breaks.setText(paragraph);
    List<Span> pieces = new ArrayList<>();
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      Span piece = new Span(start, end).trimmed(paragraph);
      if (!piece.isEmpty()) {
        pieces.add(piece);
      }
      start = end;
    }
    return pieces;
  }

  private static boolean joins(Span piece, Span next, String paragraph) {
    String text = piece.of(paragraph);
    return Character.isLowerCase(paragraph.codePointAt(next.start()))
        || ABBREVIATED.matcher(text).find()
        || INITIAL.matcher(text).find()
        || (text.length() < SHORTEST && text.indexOf(' ') < 0);
  }
}
