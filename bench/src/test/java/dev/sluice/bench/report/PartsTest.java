package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartsTest {

  @Test
  void aPartWithAPageOfItsOwnWritesThatFromTheSameRun() {
    assertThat(Parts.benchmark("chaos").arguments(true)).containsExactly("chaos", "--write");
    assertThat(Parts.benchmark("chaos").arguments(false)).containsExactly("chaos");
  }

  @Test
  void othersHaveTheOnePage() {
    assertThat(Parts.benchmark("soak").arguments(true)).containsExactly("soak");
    assertThat(Parts.benchmark("cancellation").arguments(true)).containsExactly("cancellation");
  }
}
