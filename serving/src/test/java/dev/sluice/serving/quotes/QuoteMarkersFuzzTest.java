package dev.sluice.serving.quotes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.fuzz.Fuzz;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks in random texts of many scripts, cut into random pieces. */
class QuoteMarkersFuzzTest {

  private static final int DOCUMENTS = 3;

  /** Remembers the text and the quotes, and that no piece began or ended with half a pair. */
  private static final class Written implements QuoteSink {
    final StringBuilder text = new StringBuilder();
    final List<String> quotes = new ArrayList<>();

    @Override
    public void text(String delta) {
      assertThat(delta).isNotEmpty();
      assertThat(Character.isLowSurrogate(delta.charAt(0))).isFalse();
      assertThat(Character.isHighSurrogate(delta.charAt(delta.length() - 1))).isFalse();
      text.append(delta);
    }

    @Override
    public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
      assertThat(answerStart).isBetween(0, answerEnd);
      assertThat(answerEnd).isEqualTo(text.length());
      quotes.add(documentIndex + ":" + words + "<" + answerStart + "," + answerEnd + ">");
    }
  }

  private static Written of(List<String> deltas) {
    var written = new Written();
    var markers = new QuoteMarkers(written, DOCUMENTS);
    deltas.forEach(markers::text);
    markers.end();
    return written;
  }

  private static List<String> cut(String text, Random random) {
    int longest = 1 + random.nextInt(20);
    List<String> deltas = new ArrayList<>();
    for (int start = 0; start < text.length(); ) {
      int end = Math.min(text.length(), start + 1 + random.nextInt(longest));
      deltas.add(text.substring(start, end));
      start = end;
    }
    return deltas;
  }

  private static String hostile(Random random) {
    StringBuilder text = new StringBuilder();
    for (int part = random.nextInt(8); part >= 0; part--) {
      String words = RandomText.of(random, random.nextInt(6));
      text.append(
          switch (random.nextInt(12)) {
            case 0 -> "[[1|\"" + words + "\"]]";
            case 1 -> " [[ 2 | “" + words + "” ]]";
            case 2 -> "[[9|" + words + "]]";
            case 3 -> "[[1|" + words;
            case 4 -> "[[[1|\"x\"]]" + words;
            case 5 -> "[[" + words + "[[3|'y']]";
            case 6 -> " ".repeat(random.nextInt(3000));
            case 7 -> "[[1|" + "z".repeat(4000 + random.nextInt(200)) + "]]";
            case 8 -> "[".repeat(random.nextInt(5)) + "]".repeat(random.nextInt(5));
            default -> words;
          });
    }
    return text.toString();
  }

  @Test
  void anyCutGivesTheSameTextAndTheSameQuotes() {
    Fuzz.run("quote marks, cut anywhere", 3_000, QuoteMarkersFuzzTest::folding);
  }

  static void folding(Random random) {
    String input = hostile(random);
    Written whole = of(List.of(input));
    Written pieces = of(cut(input, random));
    assertThat(pieces.text).hasToString(whole.text.toString());
    assertThat(pieces.quotes).isEqualTo(whole.quotes);
  }

  @Test
  void aTextWithoutMarksPassesUnchanged() {
    Fuzz.run("texts without quote marks", 1_000, QuoteMarkersFuzzTest::unmarked);
  }

  static void unmarked(Random random) {
    String text = RandomText.of(random, 60).replace("[[", "[");
    Written written = of(cut(text, random));
    assertThat(written.text).hasToString(text);
    assertThat(written.quotes).isEmpty();
  }

  @Test
  void whatStandsInMarksNeverLeaksIntoTheText() {
    Fuzz.run("texts with quote marks", 1_000, QuoteMarkersFuzzTest::marked);
  }

  static void marked(Random random) {
    StringBuilder input = new StringBuilder();
    int marks = 1 + random.nextInt(5);
    for (int i = 0; i < marks; i++) {
      input.append(RandomText.of(random, 8)).append("[[").append(1 + random.nextInt(DOCUMENTS));
      input.append("|\"MARK").append(RandomText.of(random, 4).replace("]", "")).append("\"]]");
    }
    Written written = of(cut(input.toString(), random));
    assertThat(written.quotes).hasSize(marks);
    assertThat(written.text.toString()).doesNotContain("MARK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[[1|", "[", "[[", " ", "\n", "[[1|\"a\"", "]]", "a", "[[ ", "😀"})
  void whatNeverEndsIsNotHeldForEver(String endless) {
    var written = new Written();
    var markers = new QuoteMarkers(written, DOCUMENTS);
    int sent = 0;
    for (int i = 0; i < 20_000; i++) {
      markers.text(endless);
      sent += endless.length();
      assertThat(sent - written.text.length()).isLessThan(6_000);
    }
    markers.end();
    assertThat(written.text).hasToString(endless.repeat(20_000));
  }
}
