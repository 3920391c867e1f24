package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LateInteractionScoreTest {

  @Test
  void theMiddleOfTheScaleIsOneHalf() {
    assertThat(LateInteractionScore.relevance(0.7, 0.8, 0.05)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void theSumIsCosinePlusWeightedMaxSimPlusTheLexicalPart() {
    double relevance = LateInteractionScore.relevance(0.8, 0.9, 0.1);

    assertThat(relevance)
        .isCloseTo(1 / (1 + Math.exp(-4.4 * (0.8 + 2.25 + 0.1 - 2.75))), within(1e-12));
  }

  @Test
  void everyPartRaisesTheScore() {
    double base = LateInteractionScore.relevance(0.6, 0.6, 0.1);

    assertThat(LateInteractionScore.relevance(0.61, 0.6, 0.1)).isGreaterThan(base);
    assertThat(LateInteractionScore.relevance(0.6, 0.61, 0.1)).isGreaterThan(base);
    assertThat(LateInteractionScore.relevance(0.6, 0.6, 0.11)).isGreaterThan(base);
  }

  @Test
  void extremesStayWithinZeroAndOneAndDoNotSaturate() {
    double worst = LateInteractionScore.relevance(-1, -1, 0);
    double best = LateInteractionScore.relevance(1, 1, 0.3);

    assertThat(worst).isPositive();
    assertThat(best).isLessThan(1).isGreaterThan(LateInteractionScore.relevance(1, 1, 0.299));
  }

  @Test
  void firstStageScoresCountByTheirShareOfTheBest() {
    assertThat(LateInteractionScore.firstStage(6, 12)).isCloseTo(0.075, within(1e-12));
    assertThat(LateInteractionScore.firstStage(12, 12)).isCloseTo(0.15, within(1e-12));
  }

  @Test
  void firstStageScoresThatAreAllZeroCountNothing() {
    assertThat(LateInteractionScore.firstStage(0, 0)).isZero();
  }

  @Test
  void hugeFirstStageScoresKeepTheirShare() {
    assertThat(LateInteractionScore.firstStage(Double.MAX_VALUE, Double.MAX_VALUE))
        .isCloseTo(0.15, within(1e-12));
  }
}
