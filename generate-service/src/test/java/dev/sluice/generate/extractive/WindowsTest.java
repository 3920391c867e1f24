package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.extractive.Unit.Kind;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WindowsTest {

  /** Ten tokens of ten characters each. */
  private static final int[] STARTS = IntStream.range(0, 10).map(i -> i * 10).toArray();

  @Test
  void aPassageThatFitsIsOneWindow() {
    assertThat(Windows.of(100, STARTS, units(0, 50), 10)).containsExactly(new Span(0, 100));
  }

  @Test
  void windowsEndAtTheLastUnitThatFits() {
    assertThat(Windows.of(100, STARTS, units(0, 20, 30, 70), 4))
        .containsExactly(new Span(0, 30), new Span(30, 70), new Span(70, 100));
  }

  @Test
  void aUnitLongerThanAWindowIsCutBetweenTokens() {
    assertThat(Windows.of(100, STARTS, units(0, 90), 4))
        .containsExactly(new Span(0, 40), new Span(40, 80), new Span(80, 100));
  }

  @Test
  void aBudgetOfOneTokenStillEnds() {
    assertThat(Windows.of(100, STARTS, units(0), 1)).hasSize(10);
  }

  @Test
  void tokensAtTheSamePlaceDoNotKeepItFromEnding() {
    assertThat(Windows.of(5, new int[] {0, 0, 0, 0}, units(0), 2)).containsExactly(new Span(0, 5));
  }

  private static List<Unit> units(Integer... starts) {
    return Stream.of(starts)
        .map(start -> new Unit(new Span(start, start + 5), Kind.SENTENCE))
        .toList();
  }
}
