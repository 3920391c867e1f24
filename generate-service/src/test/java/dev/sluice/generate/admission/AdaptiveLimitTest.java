package dev.sluice.generate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.admission.ServerPace.Window;
import dev.sluice.generate.admission.StreamLimit.Hold;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

  private static final double GAP = 10e6;
  private static final double ANY = Double.MAX_VALUE;

  private final AdaptiveLimit limit = new AdaptiveLimit(100);

  private static Window held(double gap, double running) {
    return new Window(gap, running, 1, 0);
  }

  private static Window free(double gap, double running) {
    return new Window(gap, running, 0, 0);
  }

  private void grow() {
    for (int i = 0; i < 100; i++) {
      limit.observe(held(GAP, limit.current()), ANY);
    }
  }

  @Test
  void itGrowsToItsBoundWhileItHoldsStreamsBack() {
    grow();
    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void itDoesNotGrowWhileNothingIsHeldBack() {
    int before = limit.current();
    limit.observe(free(GAP, 3), ANY);
    assertThat(limit.current()).isEqualTo(before);
  }

  @Test
  void longerGapsAloneDoNotShrinkIt() {
    grow();
    limit.observe(held(7 * GAP, 100), ANY);
    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void gapsBeyondTheKneeShrinkItToWhatTheKneeBears() {
    grow();
    limit.observe(held(16 * GAP, 100), ANY);
    assertThat(limit.current()).isBetween(50, 52);
  }

  @Test
  void gapsLongerThanDeadlinesAllowShrinkIt() {
    grow();
    limit.observe(held(6 * GAP, 100), 3 * GAP);
    assertThat(limit.current()).isBetween(50, 52);
  }

  @Test
  void deadlinesThatNoServerCouldKeepCostAtMostHalfOfTheThroughput() {
    grow();
    limit.observe(held(4 * GAP, 100), 1);
    assertThat(limit.current()).isBetween(50, 52);
  }

  @Test
  void oneOddWindowMovesTheBaseLittle() {
    grow();
    limit.observe(held(1, 100), ANY);
    limit.observe(held(6 * GAP, 100), ANY);
    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void unansweredStreamsHoldTheNextBack() {
    assertThat(limit.hold(3, 0)).isEqualTo(Hold.NOTHING);
    assertThat(limit.hold(4, 0)).isEqualTo(Hold.ANSWERS);
    grow();
    assertThat(limit.hold(7, 64)).isEqualTo(Hold.NOTHING);
    assertThat(limit.hold(8, 64)).isEqualTo(Hold.ANSWERS);
    assertThat(limit.hold(0, 100)).isEqualTo(Hold.LIMIT);
  }

  @Test
  void itGlidesDownToWhatRunsWhileTheServerDoesNotAnswer() {
    grow();
    for (int i = 0; i < 20; i++) {
      limit.observe(new Window(GAP, 40, 0, 1), ANY);
    }
    assertThat(limit.current()).isEqualTo(40);
  }

  @Test
  void anOverloadAnswerShrinksItOnceForAllThatStartedBefore() {
    grow();
    limit.overloaded(0, 100, 10);
    limit.overloaded(5, 99, 11);
    assertThat(limit.current()).isEqualTo(90);
    limit.overloaded(10, 90, 12);
    assertThat(limit.current()).isEqualTo(81);
  }

  @Test
  void itNeverFallsBelowOne() {
    for (int i = 0; i < 100; i++) {
      limit.overloaded(i, 1, i);
    }
    assertThat(limit.current()).isEqualTo(1);
    assertThat(limit.hold(0, 0)).isEqualTo(Hold.NOTHING);
  }
}
