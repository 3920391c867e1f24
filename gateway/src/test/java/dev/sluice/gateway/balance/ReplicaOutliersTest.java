package dev.sluice.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaOutliersTest {

  private static final long MS = 1_000_000;
  private static final String METHOD = "s/M";

  private final List<String> told = new ArrayList<>();
  private final ReplicaOutliers outliers =
      new ReplicaOutliers(
          new Verdicts() {
            @Override
            public void ejected(Replica replica, Fault fault, long nanos) {
              told.add(replica + " " + fault + " " + nanos / MS);
            }

            @Override
            public void readmitted(Replica replica) {
              told.add(replica + " back");
            }
          });
  private final List<Replica> replicas = new ArrayList<>();
  private long now;

  private void replicas(int count) {
    for (int i = 0; i < count; i++) {
      Replica replica = outliers.add("r" + i);
      replica.ready(true);
      replicas.add(replica);
    }
  }

  /** A call that takes so long, and nothing beside it. */
  private void call(int replica, long millis, Ending ending) {
    call(replica, 10, millis, ending);
  }

  private void call(int replica, long bytes, long millis, Ending ending) {
    ReplicaCall call = start(replica, bytes);
    now += millis * MS;
    outliers.ended(call, ending, now);
  }

  private ReplicaCall start(int replica, long bytes) {
    ReplicaCall call = outliers.started(replicas.get(replica), METHOD, now);
    call.sent(bytes);
    return call;
  }

  private ReplicaCall start(int replica) {
    return start(replica, 10);
  }

  /** Each replica in turn answers in its time. */
  private void rounds(int rounds, long... millis) {
    for (int round = 0; round < rounds; round++) {
      for (int replica = 0; replica < millis.length; replica++) {
        call(replica, millis[replica], Ending.ANSWERED);
      }
    }
  }

  private void look() {
    for (int i = 0; i < 3; i++) {
      now += 10 * MS;
      outliers.look(now);
    }
  }

  private boolean isLost(int replica) {
    return outliers.isLost(replicas.get(replica), now);
  }

  private boolean admits(int replica) {
    return outliers.admits(replicas.get(replica), now);
  }

  @Test
  void replicasThatTakeAboutAsLongAllTakeCalls() {
    replicas(3);
    rounds(40, 10, 20, 14);
    look();
    assertThat(told).isEmpty();
    assertThat(IntStream.range(0, 3).allMatch(this::admits)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"10, 100", "10, 40", "100, 1000", "1, 20"})
  void aReplicaThatTakesSeveralTimesAsLongAsTheOthersIsEjected(long usual, long slow) {
    replicas(3);
    rounds(17, usual, slow, usual);
    look();
    assertThat(told).containsExactly("r1 SLOW 1000");
    assertThat(admits(1)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"10, 25", "1, 5"})
  void aReplicaThatIsALittleSlowerStays(long usual, long slow) {
    replicas(3);
    rounds(40, usual, slow, usual);
    look();
    assertThat(told).isEmpty();
  }

  @Test
  void aReplicaThatHappensToGetTheLargeRequestsIsNotSlow() {
    replicas(3);
    for (int i = 0; i < 40; i++) {
      call(i % 3, 100_000, 200, Ending.ANSWERED);
      call(i % 3, 10, 5, Ending.ANSWERED);
    }
    for (int i = 0; i < 40; i++) {
      call(0, 100_000, 200, Ending.ANSWERED);
      call(1, 10, 5, Ending.ANSWERED);
      call(2, 10, 5, Ending.ANSWERED);
    }
    look();
    assertThat(told).isEmpty();
  }

  @Test
  void aReplicaOfWhichNothingIsHeardIsEjectedThoughNothingEnded() {
    replicas(3);
    rounds(20, 10, 10, 10);
    start(2);
    now += 90 * MS;
    look();
    assertThat(told).as("after 120 ms").containsExactly("r2 HANGING 1000");
  }

  @Test
  void streamsThatRunDoNotHideTheCallsBehindThem() {
    replicas(3);
    rounds(20, 10, 10, 10);
    for (int i = 0; i < 50; i++) {
      outliers.heard(start(2), now);
    }
    start(2);
    now += 90 * MS;
    look();
    assertThat(told).as("after 120 ms").containsExactly("r2 HANGING 1000");
  }

  @Test
  void aReplicaOwesNothingToACallerThatWentAway() {
    replicas(3);
    rounds(20, 2, 2, 2);
    call(2, 1, Ending.ABANDONED);
    now += 60_000 * MS;
    rounds(20, 2, 2);
    start(2);
    now += 40 * MS;
    look();
    assertThat(told).as("after 70 ms").isEmpty();
  }

  @Test
  void aReplicaThatDoesNotEvenReadTheRequestHangs() {
    replicas(3);
    rounds(20, 10, 10, 10);
    start(2, 0);
    now += 90 * MS;
    look();
    assertThat(told).containsExactly("r2 HANGING 1000");
  }

  @Test
  void severalCallsThatWaitSayItSooner() {
    replicas(3);
    rounds(40, 10, 10, 10);
    rounds(2, 80, 80, 80);
    for (int call = 0; call < 4; call++) {
      start(2);
      now += 25 * MS;
      outliers.look(now);
    }
    now += 20 * MS;
    look();
    assertThat(told).containsExactly("r2 HANGING 1000");
  }

  @Test
  void callsThatHedgesGiveUpSayThatTheirReplicaHangs() {
    replicas(3);
    rounds(40, 10, 10, 10);
    for (int call = 0; call < 5; call++) {
      call(2, 30, Ending.ABANDONED);
      outliers.look(now);
    }
    assertThat(told).containsExactly("r2 HANGING 1000");
  }

  @Test
  void callsGivenUpInPassingDoNot() {
    replicas(3);
    rounds(40, 10, 10, 10);
    for (int call = 0; call < 10; call++) {
      call(2, 20, Ending.ABANDONED);
      call(2, 10, Ending.ANSWERED);
      call(2, 20, Ending.ABANDONED);
      call(2, 10, Ending.ANSWERED);
      outliers.look(now);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aReplicaThatIsSlowAndThenHangsIsLost() {
    replicas(3);
    rounds(17, 10, 100, 10);
    start(1);
    look();
    now += 900 * MS;
    look();
    assertThat(told).containsExactly("r1 SLOW 1000", "r1 HANGING 2000");
  }

  @Test
  void aCallThatIsNoLongerOutThanUsualIsNoHang() {
    replicas(3);
    rounds(20, 50, 50, 50);
    start(2);
    now += 150 * MS;
    look();
    assertThat(told).isEmpty();
  }

  @Test
  void aReplicaThatAnswersOtherCallsDoesNotHang() {
    replicas(3);
    rounds(20, 10, 10, 10);
    start(2);
    for (int i = 0; i < 20; i++) {
      rounds(1, 10, 10, 10);
      outliers.look(now);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aStreamThatHasBegunMayTakeAsLongAsItLikes() {
    replicas(3);
    rounds(20, 10, 10, 10);
    ReplicaCall stream = start(2);
    now += 10 * MS;
    outliers.heard(stream, now);
    now += 60_000 * MS;
    look();
    assertThat(told).isEmpty();
  }

  @Test
  void aPauseOfOurOwnIsNoHang() {
    replicas(3);
    rounds(20, 10, 10, 10);
    ReplicaCall call = start(2);
    now += 500 * MS;
    outliers.look(now);
    outliers.ended(call, Ending.ANSWERED, now);
    look();
    assertThat(told).isEmpty();
  }

  @Test
  void aReplicaWhoseLastCallsMostlyFailedIsEjected() {
    replicas(3);
    rounds(20, 10, 10, 10);
    for (int i = 0; i < 5; i++) {
      call(1, 1, Ending.FAILED);
    }
    look();
    assertThat(told).containsExactly("r1 FAILING 1000");
  }

  @Test
  void whereAllFailNobodyIsToBlame() {
    replicas(3);
    for (int i = 0; i < 30; i++) {
      call(i % 3, 1, Ending.FAILED);
    }
    look();
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"ABANDONED", "OVERLOADED"})
  void abandonedAndRefusedCallsAreNoFailures(Ending ending) {
    replicas(3);
    rounds(20, 10, 10, 10);
    for (int i = 0; i < 30; i++) {
      call(1, 9, ending);
    }
    look();
    assertThat(told).isEmpty();
  }

  @Test
  void abandonedCallsSayThatTheyTookAtLeastSoLong() {
    replicas(3);
    rounds(20, 10, 10, 10);
    for (int i = 0; i < 20; i++) {
      call(1, 50, Ending.ABANDONED);
      call(1, 1, Ending.OVERLOADED);
    }
    look();
    assertThat(told).containsExactly("r1 SLOW 1000");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 1", "4, 2", "5, 2"})
  void neverMoreThanHalfAreEjected(int count, int most) {
    replicas(count);
    long[] usual = new long[count];
    Arrays.fill(usual, 10);
    rounds(20, usual);
    for (int replica = 0; replica < count; replica++) {
      start(replica);
    }
    now += 1000 * MS;
    look();
    assertThat(told).hasSize(most);
  }

  @Test
  void replicasThatAreNotReadyDoNotCountAmongTheOthers() {
    replicas(3);
    rounds(20, 10, 10, 10);
    replicas.get(0).ready(false);
    replicas.get(1).ready(false);
    start(2);
    now += 1000 * MS;
    look();
    assertThat(told).isEmpty();
    assertThat(outliers.hasOther(replicas.get(2))).isFalse();
  }

  private void ejectSlow() {
    replicas(3);
    rounds(17, 10, 100, 10);
    look();
    assertThat(told).hasSize(1);
  }

  @Test
  void afterTheEjectionOneCallProbes() {
    ejectSlow();
    now += 900 * MS;
    assertThat(admits(1)).isFalse();
    now += 100 * MS;
    assertThat(admits(1)).isTrue();
    assertThat(admits(1)).as("a second one beside the probe").isFalse();
    call(1, 10, Ending.ANSWERED);
    assertThat(told).containsExactly("r1 SLOW 1000", "r1 back");
    assertThat(admits(1)).isTrue();
  }

  @Test
  void aProbeThatGoesWrongEjectsForTwiceAsLong() {
    ejectSlow();
    now += 1000 * MS;
    assertThat(admits(1)).isTrue();
    call(1, 100, Ending.ANSWERED);
    now += 2000 * MS;
    assertThat(admits(1)).isTrue();
    call(1, 1, Ending.FAILED);
    now += 4000 * MS;
    assertThat(admits(1)).isTrue();
    start(1);
    now += 500 * MS;
    look();
    assertThat(told)
        .containsExactly("r1 SLOW 1000", "r1 SLOW 2000", "r1 FAILING 4000", "r1 HANGING 8000");
  }

  @Test
  void aProbeThatItsCallerAbandonsSaysNothing() {
    ejectSlow();
    now += 1000 * MS;
    assertThat(admits(1)).isTrue();
    call(1, 5, Ending.ABANDONED);
    assertThat(told).hasSize(1);
    assertThat(admits(1)).as("the next probe").isTrue();
  }

  private void ejectHanging() {
    replicas(3);
    rounds(20, 10, 10, 10);
    start(2);
    now += 150 * MS;
    look();
    assertThat(told).containsExactly("r2 HANGING 1000");
  }

  /** One that has come back with a cold cache would lose any race, and never be let in again. */
  @Test
  void aProbeIsNotRacedWithOthersUntilItHangsItself() {
    ejectHanging();
    assertThat(isLost(2)).isTrue();
    now += 1000 * MS;
    assertThat(admits(2)).isTrue();
    assertThat(isLost(2)).as("before it starts").isFalse();
    ReplicaCall probe = start(2);
    now += 25 * MS;
    look();
    assertThat(isLost(2)).isFalse();
    assertThat(outliers.mayRepeat(replicas.get(2), now)).isFalse();
    now += 100 * MS;
    look();
    assertThat(told).containsExactly("r2 HANGING 1000", "r2 HANGING 2000");
    assertThat(isLost(2)).isTrue();
    outliers.ended(probe, Ending.ABANDONED, now);
    assertThat(told).hasSize(2);
  }

  /** Else each call after an idle hour would wait for its deadline. */
  @Test
  void aProbeIsRacedWhereNobodyKnowsHowLongIsTooLong() {
    ejectHanging();
    now += TimeUnit.HOURS.toNanos(1);
    assertThat(admits(2)).isTrue();
    start(2);
    assertThat(isLost(2)).isTrue();
  }

  @Test
  void aLateProbeWhoseCallerHasNoTimeLeftSaysNothing() {
    ejectHanging();
    now += 1000 * MS;
    assertThat(admits(2)).isTrue();
    call(2, 60, Ending.ABANDONED);
    assertThat(told).hasSize(1);
    assertThat(admits(2)).as("the next probe").isTrue();
    call(2, 25, Ending.ANSWERED);
    assertThat(told).containsExactly("r2 HANGING 1000", "r2 back");
  }

  @Test
  void aProbeThatNeverStartedDoesNotKeepTheReplicaOut() {
    ejectSlow();
    now += 1000 * MS;
    assertThat(admits(1)).isTrue();
    now += 1000 * MS;
    assertThat(admits(1)).isTrue();
  }

  @Test
  void callsOfBeforeTheEjectionDoNotProbe() {
    replicas(3);
    rounds(20, 10, 10, 10);
    ReplicaCall old = start(2);
    now += 150 * MS;
    look();
    outliers.ended(old, Ending.ANSWERED, now);
    assertThat(told).containsExactly("r2 HANGING 1000");
    assertThat(admits(2)).isFalse();
  }

  @Test
  void aReplicaThatWasWellForAMinuteStartsAnew() {
    ejectSlow();
    now += 1000 * MS;
    assertThat(admits(1)).isTrue();
    call(1, 10, Ending.ANSWERED);
    now += 61_000 * MS;
    rounds(17, 10, 100, 10);
    look();
    assertThat(told).containsExactly("r1 SLOW 1000", "r1 back", "r1 SLOW 1000");
  }
}
