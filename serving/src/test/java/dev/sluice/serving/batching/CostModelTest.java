package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
