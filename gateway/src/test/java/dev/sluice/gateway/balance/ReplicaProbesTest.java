package dev.sluice.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a replica that got no calls comes back. */
class ReplicaProbesTest {

  private final ReplicaTraffic traffic = new ReplicaTraffic();

  private void ejectSlow() {
    traffic.replicas(3);
    traffic.rounds(17, 10, 100, 10);
    traffic.look();
    assertThat(traffic.told).hasSize(1);
  }

  /** Lets the time of an ejection pass, and makes the call that is allowed then. */
  private void probe(int replica, long after, long millis, Ending ending) {
    traffic.pass(after);
    assertThat(traffic.admits(replica)).isTrue();
    traffic.call(replica, millis, ending);
  }

  @Test
  void afterTheEjectionOneCallProbes() {
    ejectSlow();
    traffic.pass(900);
    assertThat(traffic.admits(1)).isFalse();
    traffic.pass(100);
    assertThat(traffic.admits(1)).isTrue();
    assertThat(traffic.admits(1)).as("a second one beside the probe").isFalse();
    traffic.call(1, 10, Ending.ANSWERED);
    assertThat(traffic.told).containsExactly("r1 SLOW 1000", "r1 back");
    assertThat(traffic.admits(1)).isTrue();
  }

  @Test
  void aProbeThatGoesWrongEjectsForTwiceAsLong() {
    ejectSlow();
    probe(1, 1000, 1, Ending.FAILED);
    traffic.pass(2000);
    assertThat(traffic.admits(1)).isTrue();
    traffic.start(1);
    traffic.pass(500);
    traffic.look();
    assertThat(traffic.told).containsExactly("r1 SLOW 1000", "r1 FAILING 2000", "r1 HANGING 4000");
  }

  @Test
  void aProbeThatItsCallerAbandonsSaysNothing() {
    ejectSlow();
    probe(1, 1000, 5, Ending.ABANDONED);
    assertThat(traffic.told).hasSize(1);
    assertThat(traffic.admits(1)).as("the next probe").isTrue();
  }

  private void ejectHanging() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    traffic.start(2);
    traffic.pass(150);
    traffic.look();
    assertThat(traffic.told).containsExactly("r2 HANGING 1000");
  }

  /** One that has come back with a cold cache would lose any race, and never be let in again. */
  @Test
  void aProbeIsNotRacedWithOthersUntilItHangsItself() {
    ejectHanging();
    assertThat(traffic.isLost(2)).isTrue();
    traffic.pass(1000);
    assertThat(traffic.admits(2)).isTrue();
    assertThat(traffic.isLost(2)).as("before it starts").isFalse();
    ReplicaCall probe = traffic.start(2);
    traffic.pass(25);
    traffic.look();
    assertThat(traffic.isLost(2)).isFalse();
    assertThat(traffic.outliers.mayRepeat(traffic.replicas.get(2), traffic.now())).isFalse();
    traffic.pass(100);
    traffic.look();
    assertThat(traffic.told).containsExactly("r2 HANGING 1000", "r2 HANGING 2000");
    assertThat(traffic.isLost(2)).isTrue();
    traffic.outliers.ended(probe, Ending.ABANDONED, traffic.now());
    assertThat(traffic.told).hasSize(2);
  }

  /** Else each call after an idle hour would wait for its deadline. */
  @Test
  void aProbeIsRacedWhereNobodyKnowsHowLongIsTooLong() {
    ejectHanging();
    traffic.pass(TimeUnit.HOURS.toMillis(1));
    assertThat(traffic.admits(2)).isTrue();
    traffic.start(2);
    assertThat(traffic.isLost(2)).isTrue();
  }

  @Test
  void aLateProbeWhoseCallerHasNoTimeLeftSaysNothing() {
    ejectHanging();
    probe(2, 1000, 60, Ending.ABANDONED);
    assertThat(traffic.told).hasSize(1);
    assertThat(traffic.admits(2)).as("the next probe").isTrue();
    traffic.call(2, 25, Ending.ANSWERED);
    assertThat(traffic.told).containsExactly("r2 HANGING 1000", "r2 back");
  }

  @Test
  void aProbeThatNeverStartedDoesNotKeepTheReplicaOut() {
    ejectSlow();
    traffic.pass(1000);
    assertThat(traffic.admits(1)).isTrue();
    traffic.pass(1000);
    assertThat(traffic.admits(1)).isTrue();
  }

  @Test
  void callsOfBeforeTheEjectionDoNotProbe() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    ReplicaCall old = traffic.start(2);
    traffic.pass(150);
    traffic.look();
    traffic.outliers.ended(old, Ending.ANSWERED, traffic.now());
    assertThat(traffic.told).containsExactly("r2 HANGING 1000");
    assertThat(traffic.admits(2)).isFalse();
  }

  @Test
  void aReplicaThatWasWellForAMinuteStartsAnew() {
    ejectSlow();
    probe(1, 1000, 10, Ending.ANSWERED);
    traffic.pass(61_000);
    traffic.rounds(17, 10, 100, 10);
    traffic.look();
    assertThat(traffic.told).containsExactly("r1 SLOW 1000", "r1 back", "r1 SLOW 1000");
  }

  /** With a call a minute its cache would stay cold, and it would be slow for ever. */
  @Test
  void oneThatWasSlowAndAnswersIsJudgedByTheCallsThatFollow() {
    ejectSlow();
    probe(1, 1000, 100, Ending.ANSWERED);
    assertThat(traffic.told).containsExactly("r1 SLOW 1000", "r1 back");
    traffic.rounds(9, 10, 100, 10);
    traffic.look();
    assertThat(traffic.told).hasSize(2);
    traffic.rounds(8, 10, 100, 10);
    traffic.look();
    assertThat(traffic.told).endsWith("r1 SLOW 2000");
  }

  /** A call that finds a cold cache is slow, and says nothing of whether the next one will be. */
  @Test
  void oneThatHungAndAnswersIsBackThoughItsFirstAnswerIsSlow() {
    ejectHanging();
    probe(2, 1000, 90, Ending.ANSWERED);
    assertThat(traffic.told).containsExactly("r2 HANGING 1000", "r2 back");
    traffic.rounds(17, 10, 10, 90);
    traffic.look();
    assertThat(traffic.told).as("stays slow").endsWith("r2 SLOW 2000");
  }
}
