package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.HOUR;
import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class TokenBudgetTest {

  private static final long CAP = 16384;
  private static final Percentage ABOUT = Percentage.withPercentage(5);

  private final TokenBudget budget = new TokenBudget(CAP);
  private final CostModel plain = Costs.PLAIN.learned();

  @Test
  void launchesTakeATenthOfTheTime() {
    assertThat(budget.tokens(plain, HOUR, 0)).isCloseTo(9000, ABOUT);
  }

  @Test
  void noBatchTakesMoreThanHalfOfTheShortestTime() {
    assertThat(budget.tokens(plain, 10 * MS, 0)).isCloseTo(5000, ABOUT);
  }

  @Test
  void fiveHundredTokensAreAlwaysTried() {
    assertThat(budget.tokens(plain, 1, 0)).isEqualTo(512);
  }

  @Test
  void memoryBoundsEverything() {
    assertThat(new TokenBudget(100).tokens(plain, 1, 0)).isEqualTo(100);
    var dear = new Costs(4e6, 1e3, 0).learned();
    assertThat(budget.tokens(dear, Long.MAX_VALUE, 0)).isEqualTo(CAP);
  }

  @Test
  void halfOfWhatDidNotFitIsTheMostForAMinute() {
    budget.outOfMemory(4000, 0);
    assertThat(budget.tokens(plain, HOUR, 0)).isEqualTo(2000);
    assertThat(budget.cap(60_000 * MS - 1)).isEqualTo(2000);
    assertThat(budget.cap(60_000 * MS)).isEqualTo(CAP);
  }

  @Test
  void halvesOfABatchThatDidNotFitAreNotHalvedTwice() {
    budget.outOfMemory(4000, 0);
    budget.outOfMemory(2000, 1);
    budget.outOfMemory(2000, 2);
    assertThat(budget.cap(3)).isEqualTo(1000);
    budget.outOfMemory(8000, 3);
    assertThat(budget.cap(4)).as("never more than before").isEqualTo(1000);
    assertThat(budget.cap(60_000 * MS + 2)).as("a minute from the last").isEqualTo(1000);
  }

  @Test
  void atLeastOneTokenIsTried() {
    budget.outOfMemory(1, 0);
    assertThat(budget.cap(1)).isEqualTo(1);
  }

  @Test
  void aModelThatChargesOnlyForLengthHasABudget() {
    var quadratic = new CostModel();
    for (int i = 0; i < 200; i++) {
      long longest = 1L << i % 12;
      quadratic.observe(longest, longest, longest * longest * longest);
    }
    assertThat(budget.tokens(quadratic, HOUR, 0)).isBetween(512L, CAP);
    var backlog = new Backlog(new BatchLimits(1, 1, 8, CAP, false, CAP));
    backlog.add(100);
    assertThat(backlog.rate(quadratic, 512)).isPositive();
  }
}
