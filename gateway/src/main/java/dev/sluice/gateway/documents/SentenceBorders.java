package dev.sluice.gateway.documents;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import java.util.List;

/** Finds where sentences end: by ICU's rules, and not after an abbreviation. */
public final class SentenceBorders {

  private static final List<String> ABBREVIATIONS =
      List.of(
          "Dr.", "St.", "Jr.", "Sr.", "Fig.", "Figs.", "Eq.", "Eqs.", "Sec.", "Ref.", "Refs.",
          "No.", "Nos.", "Vol.", "Ch.", "al.", "cf.", "e.g.", "i.e.", "vs.", "approx.");

  private static final BreakIterator PROTOTYPE = prototype();

  private SentenceBorders() {}

  /** ICU's abbreviations, after which no sentence ends, and some that it does not know. */
  private static BreakIterator prototype() {
    FilteredBreakIteratorBuilder builder =
        FilteredBreakIteratorBuilder.getInstance(ULocale.ENGLISH);
    ABBREVIATIONS.forEach(builder::suppressBreakAfter);
    return builder.wrapIteratorWithFilter(BreakIterator.getSentenceInstance(ULocale.ENGLISH));
  }

  /** For one thread. */
  public static BreakIterator create() {
    return PROTOTYPE.clone();
  }
}
