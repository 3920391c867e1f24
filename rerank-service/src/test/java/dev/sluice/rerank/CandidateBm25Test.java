package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CandidateBm25Test {

  /** Lengths 2, 4 and 3: the mean is 3. */
  private final CandidateBm25 statistics =
      new CandidateBm25(
          List.of(List.of("a", "b"), List.of("a", "c", "c", "d"), List.of("d", "e", "f")));

  private static final double RARE = Math.log(1 + 2.5 / 1.5);
  private static final double COMMON = Math.log(1 + 1.5 / 2.5);
  private static final double ABSENT = Math.log(1 + 3.5 / 0.5);

  @Test
  void coverageIsBm25OverTheSumOfInverseDocumentFrequencies() {
    double[] coverage = statistics.coverage(List.of("a", "c"));

    double first = COMMON / (1 + 1.2 * (0.25 + 0.75 * 2 / 3));
    double second =
        COMMON / (1 + 1.2 * (0.25 + 0.75 * 4 / 3)) + RARE * 2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3));
    assertThat(coverage)
        .containsExactly(
            new double[] {first / (COMMON + RARE), second / (COMMON + RARE), 0}, within(1e-12));
  }

  @Test
  void wordsThatNoCandidateHasLowerTheCoverage() {
    double[] coverage = statistics.coverage(List.of("e", "zebra"));

    assertThat(coverage[2]).isCloseTo(RARE / (1 + 1.2) / (RARE + ABSENT), within(1e-12));
  }

  @Test
  void aWordThatTheQueryRepeatsCountsEachTime() {
    double[] coverage = statistics.coverage(List.of("e", "e", "a"));

    assertThat(coverage[2]).isCloseTo(2 * RARE / 2.2 / (2 * RARE + COMMON), within(1e-12));
  }

  @Test
  void aQueryWithoutWordsCoversNothing() {
    assertThat(statistics.coverage(List.of())).containsOnly(0);
  }

  @Test
  void documentsWithoutWordsCoverNothing() {
    assertThat(new CandidateBm25(List.of(List.of(), List.of())).coverage(List.of("a")))
        .containsExactly(0, 0);
  }

  @Test
  void coverageStaysBelowOneHoweverOftenAWordOccurs() {
    var spam = new CandidateBm25(List.of(java.util.Collections.nCopies(10_000, "a")));

    assertThat(spam.coverage(List.of("a"))[0]).isBetween(0.99, 1.0);
  }
}
