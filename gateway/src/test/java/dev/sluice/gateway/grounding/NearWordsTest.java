package dev.sluice.gateway.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearWordsTest {

  private static final String TEXT =
      "Intro. The sluice gate is opened on 17 March, and it is not closed before the river falls"
          + " under its mark. Outro.";

  private static Optional<NearWords> find(String quote, String text) {
    return NearWords.find(Words.of(quote), WordIndex.of(Words.of(text)), new Effort(10_000_000));
  }

  private static String found(String quote) {
    return find(quote, TEXT).map(place -> TEXT.substring(place.start(), place.end())).orElse("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the sluise gate is opened on 17 March",
        "The Sluice gate is open3d on 17 March",
        "THE SLUICE GATE is opend on 17 march",
      })
  void misspelledWordsAreFound(String quote) {
    assertThat(found(quote)).isIn("The sluice gate is opened on 17 March", "");
    assertThat(found(quote).isEmpty()).isEqualTo(quote.contains("3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The sluice gate is opened on 71 March",
        "and it is now closed before the river falls",
        "and it is closed before the river falls",
        "and it is not ever closed before the river falls",
        "the sluise gaet is opened on 17 March",
        "the sluice gate is closed on 17 March",
        "sluise gate is opened",
        "and it is not disclosed before the river falls",
        "",
        "?!",
      })
  void whatSaysSomethingElseIsNot(String quote) {
    assertThat(found(quote)).isEmpty();
  }

  @Test
  void aQuoteIsFoundWithOneLetterWrongInOneLongWord() {
    var random = new Random(5);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      words.add(
          Integer.toString(100_000 + random.nextInt(900_000), 36) + "abcdefgh".substring(i % 8));
    }
    words.replaceAll(word -> word.replaceAll("\\d", "x"));
    String text = String.join(" ", words);
    for (int round = 0; round < 500; round++) {
      int start = random.nextInt(280);
      List<String> quote = new ArrayList<>(words.subList(start, start + 12));
      int wrong = random.nextInt(12);
      String word = quote.get(wrong);
      if (word.length() > 3) {
        quote.set(wrong, word.substring(0, 2) + "ß" + word.substring(3));
      }
      NearWords place = find(String.join(" ", quote), text).orElseThrow();
      assertThat(text.substring(place.start(), place.end()))
          .isEqualTo(String.join(" ", words.subList(start, start + 12)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "the pressure is to be increased at once, the pressure is to be decreased at once",
    "it is possible to open the gate, it is impossible to open the gate",
    "the limit is 5 degrees at night, the limit is -5 degrees at night",
    "the limit is 5 degrees at night, the limit is 5.5 degrees at night",
  })
  void wordsThatAreLikeTheirOppositeAreNotNear(String quote, String text) {
    assertThat(find(quote, text)).isEmpty();
    assertThat(find(text, quote)).isEmpty();
  }

  @Test
  void effortThatIsSpentEndsTheSearch() {
    String text = "again ".repeat(20_000);
    String quote = "again ".repeat(9_500) + "other ".repeat(1_000);
    var effort = new Effort(1_000_000);
    assertThat(NearWords.find(Words.of(quote), WordIndex.of(Words.of(text)), effort)).isEmpty();
    assertThat(effort.isSpent()).isTrue();
  }
}
