package dev.sluice.gateway.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.CitationSource.Verification;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuoteCheckTest {

  private static Found find(String quote, String text) {
    var check = new QuoteCheck(text);
    return Optional.of(check.same(quote))
        .filter(Found::exists)
        .orElseGet(() -> check.misspelled(quote, new Effort(1_000_000)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          the gate opens slowly | Now the gate opens slowly. | EXACT
          the  gate opens slowly | Now the gate opens slowly. | NORMALIZED
          "the gate" opens slowly | Now “the gate” opens slowly. | NORMALIZED
          a well-known gate | This is a well–known gate. | NORMALIZED
          caf\u00e9 au lait | A cafe\u0301 au lait. | NORMALIZED
          cafe\u0301 au lait | A caf\u00e9 au lait. | NORMALIZED
          e\u0323\u0301x | e\u0301\u0323x | NORMALIZED
          final office | the \ufb01nal o\ufb03ce | NORMALIZED
          12 gates | \uff11\uff12\u00a0gates | NORMALIZED
          unable to open | un\u00adable to open | NORMALIZED
          \uac00\uac01 | \u1100\u1161\u1100\u1161\u11a8 | NORMALIZED
          水门控制 | 河里的水门控制水。 | EXACT
          """)
  void theSameWordsAreFound(String quote, String text, Verification verification) {
    assertThat(find(quote, text).verification()).isEqualTo(verification);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          the limit is 5 | the limit is 50
          the limit is 5 | the limit is 5.5
          5 degrees | the limit is -5 degrees
          5 degrees | the limit is 0.5 degrees
          102 metres | it is 10² metres
          10 | it is 10² metres
          able | unable
          able | un\u00adable
          I can | I can't
          toxic | non-toxic
          cafe | cafe\u0301
          i | \ufb01
          \u3131 | \uac00
          \ud83d | 😀
          \ude00 a | 😀 a
          👩 a | 👨‍👩 a
          . | The end.
          """)
  void whatMakesAnotherWordOfItIsNot(String quote, String text) {
    assertThat(find(quote, text)).isEqualTo(Found.NOWHERE);
  }

  @Test
  void aLongQuoteThatOnlyCutsAWordIsLikeIt() {
    assertThat(find("the sluice gate is opened slow", "Then the sluice gate is opened slowly."))
        .isEqualTo(new Found(Verification.APPROXIMATE, 5, 35));
  }

  @Test
  void wholeWordsAreFoundBehindCutOnes() {
    assertThat(find("able", "unable, able")).isEqualTo(new Found(Verification.EXACT, 8, 12));
  }

  @Test
  void anExactPlaceIsPreferredToAnEarlierOneThatIsLikeIt() {
    assertThat(find("a “gate”", "a \"gate\", a “gate”"))
        .isEqualTo(new Found(Verification.EXACT, 10, 18));
  }

  @Test
  void aMarkInADocumentIsTextThere() {
    String text = "Nothing. [[1|\"the gate is open\"]]";
    assertThat(find("[[1|\"the gate is open\"]]", text).verification())
        .isEqualTo(Verification.EXACT);
    assertThat(find("the gate is open.", text)).isEqualTo(Found.NOWHERE);
  }
}
