package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallLimitTest {

  private static final long MILLISECOND = 1_000_000;
  private static final long GOOD = 250 * MILLISECOND;

  private static final LeastCalls LEAST = new LeastCalls(4, 6);

  private CallLimit limit = new CallLimit(32, LEAST, 1000, 0);
  private long now;

  /** So many calls come and end, of which some were slow since they waited. */
  private void turn(int calls, int slow, boolean refusing) {
    turn(calls, slow, refusing, GOOD / 2);
  }

  private void turn(int calls, int slow, boolean refusing, long waited) {
    List<WatchedCall> quick = enter(calls - slow);
    if (refusing) {
      limit.refused();
    }
    now += MILLISECOND;
    quick.forEach(call -> limit.ended(call, true, now));
    List<WatchedCall> late = enter(slow);
    now += GOOD + MILLISECOND;
    late.forEach(call -> call.queued(waited));
    late.forEach(call -> limit.ended(call, true, now));
    now += MILLISECOND;
  }

  /** They come now, and their callers wait for twice as long as is good. */
  private List<WatchedCall> enter(int calls) {
    List<WatchedCall> entered = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      limit.entered();
      entered.add(new WatchedCall(2 * GOOD, now));
    }
    return entered;
  }

  @Test
  void slowCallsLowerIt() {
    turn(32, 32, false);
    assertThat(limit.value()).isEqualTo(8);
  }

  @Test
  void slowCallsThatDidNotWaitForTheirTurnDoNot() {
    turn(32, 32, true, MILLISECOND / 50);
    assertThat(limit.value()).isEqualTo(32);
  }

  @Test
  void itFallsToAsManyAsWereServedInTheTimeOfAGoodOne() {
    queue(24);
    assertThat(limit.value()).isEqualTo(12);
  }

  @Test
  void itFallsToAQuarterAtMost() {
    queue(2);
    assertThat(limit.value()).isEqualTo(8);
  }

  @Test
  void itDoesNotFallFarBelowWhatIsServedInGoodTime() {
    for (int i = 0; i < 20; i++) {
      queue(limit.value(), 40);
    }
    assertThat(limit.value()).isEqualTo(15);
  }

  /** 32 calls queue for twice the time of a good one, by when so many others were served. */
  private void queue(int served) {
    queue(32, served);
  }

  private void queue(int queueing, int served) {
    List<WatchedCall> calls = enter(queueing);
    for (int i = 0; i < served; i++) {
      limit.entered();
      limit.ended(new WatchedCall(TimeUnit.HOURS.toNanos(1), -1), true, now + 1);
    }
    calls.forEach(call -> call.queued(GOOD));
    now += 2 * GOOD;
    calls.forEach(call -> limit.overdue(call, now));
    calls.forEach(call -> limit.ended(call, false, now));
    now += MILLISECOND;
  }

  @Test
  void callsThatAreSlowJudgeItOnceItIsKnownThatTheyWaited() {
    List<WatchedCall> calls = enter(32);
    now += GOOD + 1;
    calls.forEach(call -> limit.overdue(call, now));
    assertThat(limit.value()).isEqualTo(32);
    for (WatchedCall call : calls.subList(0, 17)) {
      call.queued(GOOD);
      limit.waited(call, now);
    }
    assertThat(limit.value()).isEqualTo(8);
  }

  @Test
  void callsThatAreSlowDoNotOnceTheyEndedAndHadNotWaited() {
    List<WatchedCall> calls = enter(32);
    now += GOOD + 1;
    calls.forEach(call -> limit.overdue(call, now));
    calls.forEach(call -> limit.ended(call, true, now));
    assertThat(limit.value()).isEqualTo(32);
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
    for (int i = 0; i < 40; i++) {
      turn(16, 0, false);
    }
    assertThat(limit.value()).isEqualTo(32);
  }

  @Test
  void callsThatCameBeforeItChangedSayNothingOfIt() {
    List<WatchedCall> before = enter(32);
    turn(32, 32, false);
    int lowered = limit.value();
    before.forEach(call -> call.queued(GOOD));
    before.forEach(call -> limit.overdue(call, now));
    before.forEach(call -> limit.ended(call, true, now));
    assertThat(limit.value()).isEqualTo(lowered);
  }

  @Test
  void callsThatCameBeforeItGrewStillTellThatItIsTooHigh() {
    List<WatchedCall> slow = enter(8);
    limit.refused();
    enter(16).forEach(call -> limit.ended(call, true, now + 1));
    assertThat(limit.value()).isEqualTo(33);
    slow.forEach(call -> call.queued(GOOD));
    now += GOOD + 1;
    slow.forEach(call -> limit.overdue(call, now));
    assertThat(limit.value()).isLessThan(33);
  }

  @Test
  void callsThatFailAtOnceSayNothing() {
    List<WatchedCall> slow = enter(8);
    slow.forEach(call -> call.queued(GOOD));
    limit.refused();
    enter(200).forEach(call -> limit.ended(call, false, now + 1));
    assertThat(limit.value()).isEqualTo(32);
    now += GOOD + 1;
    slow.forEach(call -> limit.overdue(call, now));
    assertThat(limit.value()).isLessThan(32);
  }

  @Test
  void callsThatAreGivenUpWhileTheyWaitAreSlow() {
    List<WatchedCall> calls = enter(32);
    calls.forEach(call -> call.queued(GOOD));
    calls.forEach(call -> limit.ended(call, false, now + GOOD / 2));
    assertThat(limit.value()).isEqualTo(8);
  }

  @Test
  void aWaitThatIsToldAfterItsCallWasGivenUpCounts() {
    List<WatchedCall> calls = enter(32);
    now += GOOD + 1;
    calls.forEach(call -> limit.overdue(call, now));
    calls.forEach(call -> limit.ended(call, false, now));
    assertThat(limit.value()).isEqualTo(32);
    for (WatchedCall call : calls) {
      call.queued(GOOD);
      limit.waited(call, now);
    }
    assertThat(limit.value()).isEqualTo(8);
  }

  @Test
  void inACalmItComesDownToWhereItStarted() {
    for (int i = 0; i < 100; i++) {
      turn(limit.value() / 2 + 1, 0, true);
    }
    assertThat(limit.value()).isGreaterThan(100);
    for (int i = 0; i < 200; i++) {
      turn(limit.value(), 0, false);
    }
    assertThat(limit.value()).isEqualTo(32);
  }

  @Test
  void inACalmOfSecondsItGoesBackToWhereItStartedWithoutCalls() {
    turn(32, 32, false);
    assertThat(limit.value()).isEqualTo(8);
    limit.age(now + TimeUnit.SECONDS.toNanos(9));
    assertThat(limit.value()).isEqualTo(8);
    limit.age(now + TimeUnit.SECONDS.toNanos(11));
    assertThat(limit.value()).isEqualTo(32);
  }

  /** As when a service behind hangs, gives up, and all who waited for it go on at once. */
  @Test
  void itStaysHigherWhileItRefusesNobody() {
    fall(false);
    assertThat(limit.value()).isEqualTo(6);
  }

  @Test
  void itNeverFallsBelowTheLeastAndSlowCallsDoNotRaiseIt() {
    fall(true);
    assertThat(limit.value()).isEqualTo(4);
    fall(false);
    assertThat(limit.value()).isEqualTo(4);
  }

  private void fall(boolean refusing) {
    for (int i = 0; i < 50; i++) {
      if (refusing) {
        limit.refused();
      }
      queue(8, 0);
    }
  }

  @Test
  void aLimitFarAboveTheLoadComesDownToItAtOnce() {
    limit = new CallLimit(1000, LEAST, 1000, 0);
    turn(20, 20, false);
    assertThat(limit.value()).isLessThan(20);
  }

  /**
   * A server that does a call in 40 ms alone and shares itself equally among those in work; five
   * times as many come as it can do. Callers wait for half a second; a call is slow after half of
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
          limit.entered();
        } else {
          limit.refused();
        }
      }
      work += 1.0 / Math.max(running.size(), 1);
      while (!running.isEmpty() && running.peek()[0] <= work) {
        double came = running.poll()[1];
        long taken = (long) ((millis - came) * MILLISECOND);
        var call = new WatchedCall(2 * GOOD, ((long) came) * MILLISECOND);
        call.queued(taken / 2);
        limit.ended(call, true, millis * MILLISECOND);
        done++;
        inTime += millis - came <= 500 ? 1 : 0;
      }
    }
    assertThat(limit.value()).isBetween(4, 8);
    assertThat(done).as("all of the capacity is used").isGreaterThan(480);
    assertThat(inTime).as("and for calls that are in time").isGreaterThan(450);
  }
}
