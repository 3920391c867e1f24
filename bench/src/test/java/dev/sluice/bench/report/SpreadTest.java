package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpreadTest {

  private static List<Map<String, Object>> run(Object value) {
    return List.of(Map.of("figure", value));
  }

  @Test
  void oneRunIsGivenAsItIs() {
    assertThat(Spread.of(List.of(run(0.12345)))).containsExactly(Map.of("figure", "0.123"));
  }

  @Test
  void severalRunsAreTheirMedianLeastAndMost() {
    assertThat(Spread.of(List.of(run(3.0), run(1.0), run(2.5))))
        .containsExactly(Map.of("figure", "2.50 (1 to 3)"));
  }

  @Test
  void whatIsTheSameEachTimeStandsThereOnce() {
    assertThat(Spread.of(List.of(run("search"), run("search"))))
        .containsExactly(Map.of("figure", "search"));
  }

  @Test
  void textsThatDifferStandSideBySide() {
    assertThat(Spread.of(List.of(run("1 2"), run("3 4"))))
        .containsExactly(Map.of("figure", "1 2 / 3 4"));
  }

  @Test
  void runsWithDifferentRowsAreGivenOneAfterTheOther() {
    assertThat(Spread.of(List.of(run(1), List.of(Map.of("figure", 2), Map.of("figure", 3)))))
        .containsExactly(Map.of("figure", "1"), Map.of("figure", "2"), Map.of("figure", "3"));
  }

  @Test
  void numbersHaveThreeDigitsThatCount() {
    assertThat(Spread.number(12345.6)).isEqualTo("12346");
    assertThat(Spread.number(12.345)).isEqualTo("12.3");
    assertThat(Spread.number(1.2345)).isEqualTo("1.23");
    assertThat(Spread.number(0.00123)).isEqualTo("0.001");
    assertThat(Spread.number(-2.5)).isEqualTo("-2.50");
    assertThat(Spread.number(0)).isEqualTo("0");
  }
}
