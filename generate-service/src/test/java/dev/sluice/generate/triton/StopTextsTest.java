package dev.sluice.generate.triton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopTextsTest {

  private final StopTexts stops = new StopTexts(List.of("END", "\n\n", "ENDE"));

  private String add(String... pieces) {
    StringBuilder passed = new StringBuilder();
    for (String piece : pieces) {
      passed.append(stops.add(piece));
    }
    return passed.toString();
  }

  @Test
  void aStopTextIsCutOffWithAllThatFollows() {
    assertThat(add("The END of it", " all")).isEqualTo("The ");
    assertThat(stops.found()).isTrue();
    assertThat(stops.end()).isEmpty();
  }

  @Test
  void aStopTextIsFoundWhereverItIsParted() {
    assertThat(add("The E", "N", "", "D of it")).isEqualTo("The ");
    assertThat(stops.found()).isTrue();
  }

  @Test
  void whatCouldBeginAStopTextIsHeldBackAndNoMore() {
    assertThat(stops.add("an ENEN")).isEqualTo("an EN");
    assertThat(stops.add("T\n")).isEqualTo("ENT");
    assertThat(stops.add("x")).isEqualTo("\nx");
    assertThat(stops.found()).isFalse();
  }

  @Test
  void whatIsHeldBackAtTheEndBelongsToTheText() {
    assertThat(add("at the EN")).isEqualTo("at the ");
    assertThat(stops.end()).isEqualTo("EN");
  }

  @Test
  void theFirstOfSeveralCounts() {
    assertThat(add("a\n\nbEND")).isEqualTo("a");
  }

  @Test
  void withoutStopTextsNothingIsHeldBack() {
    var none = new StopTexts(List.of());
    assertThat(none.add("END")).isEqualTo("END");
    assertThat(none.end()).isEmpty();
  }

  @Test
  void everyPartingOfATextGivesTheSame() {
    String text = "One 🎈 EN\nEND and more";
    for (int at = 0; at <= text.length(); at++) {
      var parted = new StopTexts(List.of("END"));
      String passed = parted.add(text.substring(0, at)) + parted.add(text.substring(at));
      assertThat(passed + parted.end()).isEqualTo("One 🎈 EN\n");
    }
  }
}
