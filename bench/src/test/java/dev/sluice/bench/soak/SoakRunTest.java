package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakRunTest {

  private static List<Integer> restarts(int rounds) {
    return IntStream.rangeClosed(1, rounds)
        .filter(number -> SoakRun.restarts(number, rounds))
        .boxed()
        .toList();
  }

  @Test
  void aReplicaIsRestartedSeveralTimesInALongSoak() {
    assertThat(restarts(20)).containsExactly(3, 6, 9, 12);
  }

  @Test
  void nothingIsRestartedInAShortSoak() {
    assertThat(restarts(Verdict.FEWEST + 1)).isEmpty();
  }

  @Test
  void theRestartedReplicaIsAlwaysMeasuredOftenEnough() {
    for (int rounds = Verdict.FEWEST + 1; rounds < 50; rounds++) {
      int last = restarts(rounds).stream().mapToInt(each -> each).max().orElse(1);
      assertThat(rounds - last + 1).isGreaterThan(Verdict.FEWEST);
    }
  }
}
