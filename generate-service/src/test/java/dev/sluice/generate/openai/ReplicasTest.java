package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicasTest {

  private static final long FIRST = Replicas.FIRST_BACK_OFF.toNanos();
  private static final long LONGEST = Replicas.LONGEST_BACK_OFF.toNanos();

  private final Replicas replicas = new Replicas(3);

  private List<Integer> acquire(int count, long now) {
    return IntStream.range(0, count).mapToObj(i -> replicas.acquire(now)).toList();
  }

  @Test
  void theOneWithTheFewestStreamsIsChosen() {
    assertThat(acquire(3, 0)).containsExactlyInAnyOrder(0, 1, 2);
    replicas.release(1);
    assertThat(replicas.acquire(0)).isEqualTo(1);
  }

  @Test
  void equalOnesTakeTurns() {
    for (int i = 0; i < 6; i++) {
      int chosen = replicas.acquire(0);
      assertThat(chosen).isEqualTo(i % 3);
      replicas.release(chosen);
    }
  }

  @Test
  void oneThatFailsIsLeftOutThenTriedWithOneStream() {
    replicas.failed(0, 0);
    assertThat(acquire(6, FIRST - 1)).doesNotContain(0);
    assertThat(acquire(3, FIRST)).containsOnlyOnce(0);
    replicas.answered(0);
    assertThat(acquire(2, FIRST)).containsExactly(0, 0);
  }

  @Test
  void aTrialThatEndsWithoutAnAnswerIsFollowedByAnother() {
    replicas.failed(0, 0);
    assertThat(acquire(3, FIRST)).containsOnlyOnce(0);
    assertThat(acquire(4, FIRST)).doesNotContain(0);
    replicas.release(0);
    assertThat(replicas.acquire(FIRST)).isZero();
    assertThat(acquire(4, FIRST)).doesNotContain(0);
  }

  @Test
  void theTimeOutDoublesUpToABound() {
    replicas.failed(0, 0);
    replicas.failed(0, FIRST);
    assertThat(acquire(6, 3 * FIRST - 1)).doesNotContain(0);
    for (int i = 0; i < 100; i++) {
      replicas.failed(0, 0);
    }
    assertThat(acquire(6, LONGEST - 1)).doesNotContain(0);
    assertThat(acquire(1, LONGEST)).containsExactly(0);
  }

  @Test
  void whileAllAreLeftOutTheNextToComeBackIsTried() {
    replicas.failed(0, 0);
    replicas.failed(0, 0);
    replicas.failed(1, 2);
    replicas.failed(2, 1);
    assertThat(replicas.acquire(3)).isEqualTo(2);
  }
}
