package dev.sluice.standalone.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RankingScoresTest {

  private static final Offset<Double> ROUNDING = within(1e-6);

  @Test
  void thePerfectOrderScoresOneEverywhere() {
    assertThat(RankingScores.of(List.of("a", "b"), Map.of("a", 3, "b", 1)))
        .isEqualTo(new RankingScores(1, 1, 1, 1));
  }

  @Test
  void gainsAreLinearAndDiscountedByTheLogarithmOfTheRank() {
    // Gains 0, 3, 2 at ranks 1, 2, 3: 3/log2(3) + 2/log2(4) = 1.892789 + 1 = 2.892789.
    // The best order is 3, 2, 1: 3 + 2/log2(3) + 1/log2(4) = 3 + 1.261860 + 0.5 = 4.761860.
    RankingScores scores =
        RankingScores.of(List.of("x", "a", "b"), Map.of("a", 3, "b", 2, "missing", 1));

    assertThat(scores.ndcgAt10()).isCloseTo(2.892789 / 4.761860, ROUNDING);
    assertThat(scores.recallAt10()).isCloseTo(2.0 / 3, ROUNDING);
    assertThat(scores.mrr()).isEqualTo(0.5);
  }

  @Test
  void whatStandsBeyondTenCountsForRecallAtHundredAndTheReciprocalRank() {
    List<String> ranking =
        Stream.concat(IntStream.range(0, 19).mapToObj(i -> "x" + i), Stream.of("a")).toList();

    assertThat(RankingScores.of(ranking, Map.of("a", 1)))
        .isEqualTo(new RankingScores(0, 0, 1, 0.05));
  }

  @Test
  void whatStandsBeyondAHundredDocumentsCountsForNothing() {
    List<String> ranking =
        Stream.concat(IntStream.range(0, 100).mapToObj(i -> "x" + i), Stream.of("a")).toList();

    assertThat(RankingScores.of(ranking, Map.of("a", 1))).isEqualTo(new RankingScores(0, 0, 0, 0));
  }

  @Test
  void aDocumentCountsOnceWhereItStandsFirst() {
    RankingScores scores = RankingScores.of(List.of("x", "x", "x", "a", "a"), Map.of("a", 1));

    assertThat(scores.mrr()).isEqualTo(0.5);
    assertThat(scores.ndcgAt10()).isCloseTo(0.630930, ROUNDING);
  }

  @Test
  void gradesOfZeroAndLessAreNotRelevant() {
    RankingScores scores =
        RankingScores.of(List.of("bad", "none", "a"), Map.of("bad", -1, "none", 0, "a", 1));

    assertThat(scores.mrr()).isCloseTo(1.0 / 3, ROUNDING);
    assertThat(scores.recallAt10()).isEqualTo(1);
    assertThat(scores.ndcgAt10()).isEqualTo(0.5);
  }

  @Test
  void theIdealTakesNoMoreThanTenDocuments() {
    List<String> ranking = IntStream.range(0, 10).mapToObj(i -> "d" + i).toList();
    Map<String, Integer> grades =
        IntStream.range(0, 20)
            .boxed()
            .collect(java.util.stream.Collectors.toMap(i -> "d" + i, i -> 1));

    RankingScores scores = RankingScores.of(ranking, grades);

    assertThat(scores.ndcgAt10()).isCloseTo(1, ROUNDING);
    assertThat(scores.recallAt10()).isEqualTo(0.5);
  }

  @Test
  void theMeanIsTakenScoreByScore() {
    assertThat(
            RankingScores.mean(
                List.of(new RankingScores(1, 0.5, 1, 0.25), new RankingScores(0, 0.5, 0, 0.75))))
        .isEqualTo(new RankingScores(0.5, 0.5, 0.5, 0.5));
  }
}
