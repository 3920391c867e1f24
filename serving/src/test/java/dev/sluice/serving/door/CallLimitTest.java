package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class CallLimitTest {

  private static final long MILLISECOND = 1_000_000;
  private static final long GOOD = 250 * MILLISECOND;

  private final CallLimit limit = new CallLimit(32, 4, 1000, 0);
  private long now;

  /** So many calls come and end, of which some were slow since they waited. */
  private void turn(int calls, int slow, boolean refusing) {
    turn(calls, slow, refusing, GOOD / 2);
  }

  private void turn(int calls, int slow, boolean refusing, long waited) {
    long entered = now;
    for (int i = 1; i <= calls; i++) {
      limit.entered(i);
    }
    if (refusing) {
      limit.refused();
    }
    now += MILLISECOND;
    for (int i = 0; i < calls; i++) {
      limit.ended(entered, i < slow ? MILLISECOND - 1 : GOOD, i < slow ? waited : 0, now);
    }
    now += MILLISECOND;
  }

  @Test
  void slowCallsLowerIt() {
    turn(32, 32, false);
    assertThat(limit.value()).isEqualTo(25);
  }

  @Test
  void slowCallsThatDidNotWaitForTheirTurnDoNot() {
    turn(32, 32, true, MILLISECOND / 50);
    assertThat(limit.value()).isEqualTo(33);
  }

  @Test
  void theSlowerTheyWereTheMoreItFalls() {
    for (int i = 1; i <= 32; i++) {
      limit.entered(i);
    }
    for (int i = 0; i < 32; i++) {
      limit.ended(0, GOOD, GOOD, 6 * GOOD);
    }
    assertThat(limit.value()).isEqualTo(16);
  }

  @Test
  void oneSlowCallInTwentyDoesNotLowerIt() {
    turn(20, 1, false);
    assertThat(limit.value()).isEqualTo(32);
  }

  @Test
  void quickCallsRaiseItWhenOthersWereRefused() {
    turn(16, 0, true);
    assertThat(limit.value()).isEqualTo(33);
  }

  @Test
  void quickCallsDoNotRaiseItWhenNobodyWasRefused() {
    turn(16, 0, false);
    assertThat(limit.value()).isEqualTo(32);
  }

  @Test
  void inACalmItGoesBackToWhereItStarted() {
    turn(32, 32, false);
    for (int i = 0; i < 10; i++) {
      turn(16, 0, false);
    }
    assertThat(limit.value()).isEqualTo(32);
  }

  @Test
  void callsThatCameBeforeItChangedSayNothingOfIt() {
    turn(32, 32, false);
    int lowered = limit.value();
    for (int i = 0; i < 32; i++) {
      limit.ended(0, 1, GOOD, now);
    }
    assertThat(limit.value()).isEqualTo(lowered);
  }

  @Test
  void itNeverFallsBelowTheLeast() {
    for (int i = 0; i < 50; i++) {
      turn(limit.value() + 8, limit.value() + 8, true);
    }
    assertThat(limit.value()).isEqualTo(4);
  }

  @Test
  void aLimitFarAboveTheLoadComesDownToItAtOnce() {
    CallLimit high = new CallLimit(1000, 4, 1000, 0);
    for (int i = 1; i <= 20; i++) {
      high.entered(i);
    }
    for (int i = 0; i < 500; i++) {
      high.ended(1, 100, 50, 121);
    }
    assertThat(high.value()).isEqualTo(16);
  }

  /**
   * A server that does a call in 40 ms alone and shares itself equally among those in work; five
   * times as many come as it can do. Callers wait for a second; a call is slow after a quarter of
   * that.
   */
  @Test
  void underFiveTimesTheLoadItSettlesWhereCallsAreNotSlow() {
    double work = 0; // since the start, of each call in work
    PriorityQueue<double[]> running = new PriorityQueue<>((a, b) -> Double.compare(a[0], b[0]));
    int done = 0;
    int inTime = 0;
    for (long millis = 0; millis < 20_000; millis++) {
      if (millis % 8 == 0) {
        if (running.size() < limit.value()) {
          running.add(new double[] {work + 40, millis});
          limit.entered(running.size());
        } else {
          limit.refused();
        }
      }
      work += 1.0 / Math.max(running.size(), 1);
      while (!running.isEmpty() && running.peek()[0] <= work) {
        double came = running.poll()[1];
        long taken = (long) ((millis - came) * MILLISECOND);
        limit.ended(((long) came) * MILLISECOND, GOOD, taken / 2, millis * MILLISECOND);
        done++;
        inTime += millis - came <= 1000 ? 1 : 0;
      }
    }
    assertThat(limit.value()).isBetween(4, 8);
    assertThat(done).as("all of the capacity is used").isGreaterThan(480);
    assertThat(inTime).as("and for calls that are in time").isGreaterThan(450);
  }
}
