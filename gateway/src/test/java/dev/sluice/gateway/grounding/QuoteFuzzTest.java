package dev.sluice.gateway.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.Span;
import dev.sluice.gateway.v1.SpanUnit;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.quotes.RandomText;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Quotes of random texts of many scripts: cut out, changed, put together, torn apart. */
class QuoteFuzzTest {

  private static final Pattern DIGITS = Pattern.compile("\\p{N}+");

  private final Map<Verification, Integer> seen = new EnumMap<>(Verification.class);

  @Test
  void whatIsFoundIsWhatItIsCalled() {
    Fuzz.run("quotes", 6_000, this::found);
    assertThat(seen.keySet())
        .as("kinds that came up")
        .contains(
            Verification.EXACT,
            Verification.NORMALIZED,
            Verification.APPROXIMATE,
            Verification.NOT_FOUND);
  }

  final void found(Random random) {
    String text = RandomText.of(random, 5 + random.nextInt(60));
    String quote = quote(text, random);
    assertTrue(text, quote, find(text, quote), quote);
  }

  private static Found find(String text, String quote) {
    var check = new QuoteCheck(text);
    Found same = check.same(quote);
    return same.exists() ? same : check.misspelled(quote, new Effort(1_000_000));
  }

  private static String quote(String text, Random random) {
    String cut = cut(text, random);
    return switch (random.nextInt(8)) {
      case 0 -> Normalizer.normalize(cut, Form.NFD);
      case 1 -> Normalizer.normalize(cut, Form.NFKC);
      case 2 -> cut.replace(" ", "\u00a0\n").replace('-', '–').replace('"', '“');
      case 3 -> RandomText.of(random, 2) + cut;
      case 4 -> cut + cut(text, random);
      case 5 -> changed(cut, random);
      case 6 -> "[[1|\"" + cut + "\"]]";
      default -> cut;
    };
  }

  /** From any unit to any other, so that pairs may be cut. */
  private static String cut(String text, Random random) {
    int start = random.nextInt(text.length());
    return text.substring(start, start + random.nextInt(text.length() - start + 1));
  }

  private static String changed(String quote, Random random) {
    if (quote.isEmpty()) {
      return quote;
    }
    StringBuilder changed = new StringBuilder(quote);
    changed.setCharAt(random.nextInt(quote.length()), "xé7 \ud83d".charAt(random.nextInt(5)));
    return changed.toString();
  }

  private void assertTrue(String text, String quote, Found found, String as) {
    seen.merge(found.verification(), 1, Integer::sum);
    if (!found.exists()) {
      assertThat(isToBeFound(text, quote)).as(as).isFalse();
      return;
    }
    assertThat(Spans.cutsPair(text, found.start())).as(as).isFalse();
    assertThat(Spans.cutsPair(text, found.end())).as(as).isFalse();
    String there = text.substring(found.start(), found.end());
    assertThat(bytesAt(text, found)).as(as).isEqualTo(there);
    switch (found.verification()) {
      case EXACT -> assertThat(there).as(as).isEqualTo(quote);
      case NORMALIZED -> assertThat(plain(there)).as(as).isEqualTo(plain(quote));
      case APPROXIMATE -> assertThat(numbers(there)).as(as).isEqualTo(numbers(quote));
      default -> throw new AssertionError(found);
    }
  }

  /** Whether the quote stands in the text, with a letter in it, and cuts nothing. */
  private static boolean isToBeFound(String text, String quote) {
    int start = text.indexOf(quote);
    return start >= 0
        && quote.codePoints().anyMatch(Character::isLetterOrDigit)
        && Cut.of(text, start, start + quote.length()) == Cut.NOTHING;
  }

  private static String bytesAt(String text, Found found) {
    EvidenceText source = new EvidenceText("", "", "", text, 100, 200);
    Span span = new Spans(SpanUnit.UTF8).ofDocument(source, found.start(), found.end());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(
        bytes, span.getStart() - 200, span.getEnd() - span.getStart(), StandardCharsets.UTF_8);
  }

  private static List<String> numbers(String text) {
    return DIGITS.matcher(plain(text)).results().map(MatchResult::group).toList();
  }

  /**
   * The documented equality, written a second time: with the JDK's normaliser, and by replacing.
   */
  private static String plain(String text) {
    String visible =
        text.replaceAll(
            "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]", "");
    return Normalizer.normalize(visible.replace("²", "<2>").replace("½", "<1/2>"), Form.NFKC)
        .replaceAll("[‘’‚‛‹›]", "'")
        .replaceAll("[“”„‟«»]", "\"")
        .replaceAll("[‐‑‒–—―−]", "-")
        .replaceAll("[\\s\\p{Z}\\x1c-\\x1f]+", " ")
        .strip();
  }
}
