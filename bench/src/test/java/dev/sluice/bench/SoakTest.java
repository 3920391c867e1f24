package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SoakTest {

  private static boolean holds(String... verdicts) {
    return new Soak()
        .holds(
            List.of(verdicts).stream().map(verdict -> Row.of("soak", "verdict", verdict)).toList());
  }

  @Test
  void aSteadyClusterThatServesHolds() {
    assertThat(holds("steady", "served")).isTrue();
  }

  @Test
  void whatGrowsOrBreaksOrCannotBeJudgedDoesNot() {
    assertThat(holds("steady", "GROWS")).isFalse();
    assertThat(holds("steady", "too few")).isFalse();
    assertThat(holds("steady", "1 BROKEN")).isFalse();
    assertThat(holds("steady", "TOO FEW SERVED")).isFalse();
  }
}
