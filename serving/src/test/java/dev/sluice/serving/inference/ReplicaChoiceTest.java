package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplicaChoiceTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ReplicaChoice choice = new ReplicaChoice(2);
  private long now = -3; // System.nanoTime may be anything

  private int take() {
    return choice.take(now);
  }

  /** A stream that finds its replica gone. */
  private void fail(int replica) {
    assertThat(take()).isEqualTo(replica);
    choice.failed(replica, now);
    choice.ended(replica);
  }

  @Test
  void theReplicaWithTheFewestStreamsIsTaken() {
    assertThat(take()).isEqualTo(0);
    assertThat(take()).isEqualTo(1);
    assertThat(take()).isEqualTo(0);
    choice.ended(0);
    choice.ended(0);
    assertThat(take()).isEqualTo(0);
  }

  @Test
  void aReplicaThatFailedIsLeftOutForAWhile() {
    fail(0);
    assertThat(take()).isEqualTo(1);
    assertThat(take()).isEqualTo(1);
    now += SECOND;
    assertThat(take()).isEqualTo(0);
  }

  @Test
  void itIsTriedByOneStreamAlone() {
    fail(0);
    choice.take(now);
    now += SECOND;
    assertThat(take()).isEqualTo(0);
    assertThat(take()).isEqualTo(1);
    assertThat(take()).isEqualTo(1);
    choice.answered(0);
    assertThat(take()).isEqualTo(0);
  }

  @Test
  void theBackOffDoublesUpToABoundAndIsForgottenWithAnAnswer() {
    assertThat(take()).isEqualTo(0);
    choice.ended(0);
    for (int wait : new int[] {1, 2, 4, 8, 16, 16, 16}) {
      fail(0);
      now += wait * SECOND - 1;
      assertThat(take()).isEqualTo(1);
      choice.ended(1);
      now += 1;
    }
    assertThat(take()).isEqualTo(0);
    choice.answered(0);
    choice.ended(0);
    fail(0);
    now += SECOND;
    assertThat(take()).isEqualTo(0);
  }

  @Test
  void whereAllAreLeftOutTheOneThatIsBackFirstIsTried() {
    fail(0);
    now += SECOND / 2;
    fail(1);
    assertThat(take()).isEqualTo(0);
    choice.failed(0, now);
    choice.ended(0);
    assertThat(take()).isEqualTo(1);
  }
}
