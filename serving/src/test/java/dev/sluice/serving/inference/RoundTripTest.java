package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundTripTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final RoundTrip roundTrip = new RoundTrip();
  private long now = -5; // System.nanoTime may be anything

  private void ping(long nanos) {
    now += 3 * SECOND;
    assertThat(roundTrip.due(now)).isTrue();
    roundTrip.answered(now + nanos);
  }

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    assertThat(roundTrip.nanos()).isZero();
  }

  @Test
  void theShortestOfTheLastEightCounts() {
    ping(100);
    for (int i = 0; i < 7; i++) {
      ping(500 + i);
    }
    assertThat(roundTrip.nanos()).isEqualTo(100);
    ping(900);
    assertThat(roundTrip.nanos()).isEqualTo(500);
  }

  @Test
  void onePingAtATimeAndNotTooOften() {
    assertThat(roundTrip.due(now)).isTrue();
    assertThat(roundTrip.due(now + 9 * SECOND)).isFalse();
    roundTrip.answered(now + 10);
    assertThat(roundTrip.due(now + SECOND)).isFalse();
    assertThat(roundTrip.due(now + 2 * SECOND)).isTrue();
    roundTrip.failed();
    assertThat(roundTrip.due(now + 3 * SECOND)).isFalse();
    assertThat(roundTrip.due(now + 4 * SECOND)).isTrue();
    assertThat(roundTrip.nanos()).isEqualTo(10);
  }
}
