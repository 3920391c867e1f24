package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairShareTest {

  private static final long SLACK = 1_000_000_000L;

  /** Tokens that can be done in a second. */
  private static final double POSSIBLE = 1000;

  private final FairShare<String> shares = new FairShare<>();

  @Test
  void whoAsksForMoreThanCanBeDoneLeavesRoomForARareRequest() {
    shares.asked("rare", SLACK, 400, 400, 0);
    shares.asked("flood", SLACK, 600, 600, 0);
    shares.asked("flood", SLACK, 600, 600, 0);
    assertThat(shares.owed("flood", SLACK, POSSIBLE, 0)).isEqualTo(400);
    assertThat(shares.owed("rare", SLACK, POSSIBLE, 0)).isZero();
  }

  @Test
  void whoAsksAgainForTheSameAsksForNoMore() {
    shares.asked("rare", SLACK, 400, 400, 0);
    shares.asked("refused", SLACK, 600, 600, 0);
    shares.asked("refused", SLACK, 600, 0, 0);
    shares.asked("refused", SLACK, 600, 0, 0);
    assertThat(shares.owed("refused", SLACK, POSSIBLE, 0)).isZero();
  }
}
