package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostModelTest {

  private static final int TOKENS = 512;
  private static final int LENGTH = 16;
  private static final long SECOND = 1_000_000_000L;

  @Test
  void noBatchIsGivenUpBeforeItIsKnownWhatBatchesCost() {
    var cost = new CostModel();
    assertThat(cost.patience(TOKENS, LENGTH)).isEqualTo(Long.MAX_VALUE);
    for (int batch = 0; !cost.isKnown(); batch++) {
      assertThat(batch).isLessThan(10);
      cost.observe(TOKENS, LENGTH, 3 * SECOND);
    }
    assertThat(cost.patience(TOKENS, LENGTH)).isBetween(3 * SECOND, 20 * SECOND);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 10, 100, 1000})
  void modelsOfAnySpeedAreLearnedInAFewBatches(double microsAToken) {
    var cost = new CostModel();
    for (int batch = 1; batch <= 8; batch++) {
      cost.observe((long) TOKENS * batch, LENGTH, nanos((long) TOKENS * batch, microsAToken));
    }
    assertThat((double) cost.predict(2L * TOKENS, LENGTH) / nanos(2L * TOKENS, microsAToken))
        .isBetween(0.9, 1.1);
  }

  /** A launch is as much as a hundred tokens. */
  private static long nanos(long tokens, double microsAToken) {
    return (long) (1e3 * (100 + tokens) * microsAToken);
  }
}
