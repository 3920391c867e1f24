package dev.sluice.serving.quotes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.prompts.HostileDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class QuoteMarkersTest {

  /** Remembers the text, and each quote with the part of the text that it supports. */
  private static final class Written implements QuoteSink {
    final StringBuilder text = new StringBuilder();
    final List<String> quotes = new ArrayList<>();

    @Override
    public void text(String delta) {
      text.append(delta);
    }

    @Override
    public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
      quotes.add(documentIndex + ":" + words + "<" + text.substring(answerStart, answerEnd) + ">");
    }
  }

  private static Written of(String... deltas) {
    var written = new Written();
    var markers = new QuoteMarkers(written, 3);
    for (String delta : deltas) {
      markers.text(delta);
    }
    markers.end();
    return written;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      textBlock =
          """
          Water flows. [[2|"it flows"]]~Water flows.~1:it flows<Water flows.>
          Water flows [[2|"it flows"]].~Water flows.~1:it flows<Water flows>
          Water flows [[1|"a"]] and so on~Water flows and so on~0:a<Water flows>
          An intro. Water flows. [[1|"a"]]~An intro. Water flows.~0:a<Water flows.>
          A. [[1|"a"]] B. [[2|b]]~A. B.~0:a<A.>, 1:b<B.>
          Both. [[1|"a"]] [[2|"b"]] Next.~Both. Next.~0:a<Both.>, 1:b<Both.>
          Odd [[ 3 | “typographic” ]] end~Odd end~2:typographic<Odd>
          """)
  void marksLeaveTheTextAndBecomeQuotes(String input, String text, String quotes) {
    Written written = of(input);
    assertThat(written.text).hasToString(text);
    assertThat(String.join(", ", written.quotes)).isEqualTo(quotes);
  }

  @ParameterizedTest
  @CsvSource({
    "a [[0|x]] b",
    "a [[4|x]] b",
    "a [[1]] b",
    "a [[1|]] b",
    "a [[x|y]] b",
    "a [[1|x",
    "[",
    "a [[",
    "a[i][j] = b[[k]]",
    "a [1] b",
    "a ]] b"
  })
  void whatOnlyLooksLikeAMarkStays(String input) {
    Written written = of(input);
    assertThat(written.text).hasToString(input);
    assertThat(written.quotes).isEmpty();
  }

  @Test
  void aMarkThatNeverEndsIsTextAndIsNotHeldForEver() {
    var written = new Written();
    var markers = new QuoteMarkers(written, 3);
    markers.text("a [[1|");
    for (int i = 0; i < 10_000; i++) {
      markers.text("word ");
      assertThat(i * 5 - written.text.length()).isLessThan(5000);
    }
  }

  @Test
  void linesAndParagraphsStayAsTheyAre() {
    assertThat(of("One.\n\n- two [[1|\"a\"]]\n- three\n").text)
        .hasToString("One.\n\n- two\n- three\n");
  }

  @Test
  void deltasMaySplitAMarkAnywhere() {
    String input =
        "Ünï 😀. [[1|\"quote 😀 one\"]] [[2|\"two\"]], more [[x]] [ [[3|'c']].\n\nEnd [[";
    Written whole = of(input);
    var random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      List<String> deltas = new ArrayList<>();
      for (int start = 0; start < input.length(); ) {
        int end = Math.min(input.length(), start + 1 + random.nextInt(6));
        deltas.add(input.substring(start, end));
        start = end;
      }
      Written split = of(deltas.toArray(String[]::new));
      assertThat(split.text).hasToString(whole.text.toString());
      assertThat(split.quotes).isEqualTo(whole.quotes);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.serving.prompts.HostileDocument#all")
  void aDisarmedTextHasNoMarks(HostileDocument document) {
    String disarmed = QuoteMarkers.disarmed(document.title() + "\n" + document.text());
    Written written = of(disarmed);
    assertThat(written.quotes).isEmpty();
    assertThat(written.text).hasToString(disarmed);
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.serving.prompts.HostileDocument#all")
  void norHasOneWhoseUnseenCharactersBecomeSpacesOrAreLeftOut(HostileDocument document) {
    String disarmed = QuoteMarkers.disarmed(document.text());
    assertThat(of(disarmed.replaceAll("[\\p{Cntrl}&&[^\\t\\n\\r]]", " ")).quotes).isEmpty();
    assertThat(of(disarmed.replaceAll("\\p{C}", "")).quotes).isEmpty();
  }

  @Test
  void whatIsNoMarkIsNotDisarmed() {
    String links = "[[Page]], [[Page|name]], [[ 12 ]], a[[1]] and [[1234|x]]";
    assertThat(QuoteMarkers.disarmed(links)).isEqualTo(links);
  }
}
