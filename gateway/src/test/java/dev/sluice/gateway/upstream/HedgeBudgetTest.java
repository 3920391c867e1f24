package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HedgeBudgetTest {

  private final HedgeBudget budget = new HedgeBudget();

  private int spent(int calls) {
    int spent = 0;
    for (int call = 0; call < calls; call++) {
      budget.earn();
      spent += budget.spend() ? 1 : 0;
    }
    return spent;
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "19, 0", "20, 1", "399, 19", "10000, 500"})
  void whereEveryCallIsLateOneInTwentyIsHedged(int calls, int hedges) {
    assertThat(spent(calls)).isEqualTo(hedges);
  }

  @Test
  void notMoreThanTenAreSavedUp() {
    for (int call = 0; call < 100_000; call++) {
      budget.earn();
    }
    int spent = 0;
    while (budget.spend()) {
      spent++;
    }
    assertThat(spent).isEqualTo(10);
  }
}
