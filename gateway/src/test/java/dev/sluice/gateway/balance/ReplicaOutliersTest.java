package dev.sluice.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets no calls. */
class ReplicaOutliersTest {

  private final ReplicaTraffic traffic = new ReplicaTraffic();

  @Test
  void replicasThatTakeAboutAsLongAllTakeCalls() {
    traffic.replicas(3);
    traffic.rounds(40, 10, 20, 14);
    traffic.look();
    assertThat(traffic.told).isEmpty();
    assertThat(IntStream.range(0, 3).allMatch(traffic::admits)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"10, 100", "10, 40", "100, 1000", "1, 20"})
  void aReplicaThatTakesSeveralTimesAsLongAsTheOthersIsEjected(long usual, long slow) {
    traffic.replicas(3);
    traffic.rounds(17, usual, slow, usual);
    traffic.look();
    assertThat(traffic.told).containsExactly("r1 SLOW 1000");
    assertThat(traffic.admits(1)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"10, 25", "1, 5"})
  void aReplicaThatIsALittleSlowerStays(long usual, long slow) {
    traffic.replicas(3);
    traffic.rounds(40, usual, slow, usual);
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aReplicaThatHappensToGetTheLargeRequestsIsNotSlow() {
    traffic.replicas(3);
    for (int i = 0; i < 40; i++) {
      traffic.call(i % 3, 100_000, 200, Ending.ANSWERED);
      traffic.call(i % 3, 10, 5, Ending.ANSWERED);
    }
    for (int i = 0; i < 40; i++) {
      traffic.call(0, 100_000, 200, Ending.ANSWERED);
      traffic.call(1, 10, 5, Ending.ANSWERED);
      traffic.call(2, 10, 5, Ending.ANSWERED);
    }
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aReplicaOfWhichNothingIsHeardIsEjectedThoughNothingEnded() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    traffic.start(2);
    traffic.pass(90);
    traffic.look();
    assertThat(traffic.told).as("after 120 ms").containsExactly("r2 HANGING 1000");
  }

  @Test
  void streamsThatRunDoNotHideTheCallsBehindThem() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    for (int i = 0; i < 50; i++) {
      traffic.outliers.heard(traffic.start(2), traffic.now());
    }
    traffic.start(2);
    traffic.pass(90);
    traffic.look();
    assertThat(traffic.told).as("after 120 ms").containsExactly("r2 HANGING 1000");
  }

  @Test
  void aReplicaOwesNothingToACallerThatWentAway() {
    traffic.replicas(3);
    traffic.rounds(20, 2, 2, 2);
    traffic.call(2, 1, Ending.ABANDONED);
    traffic.pass(60_000);
    traffic.rounds(20, 2, 2);
    traffic.start(2);
    traffic.pass(40);
    traffic.look();
    assertThat(traffic.told).as("after 70 ms").isEmpty();
  }

  @Test
  void aReplicaThatDoesNotEvenReadTheRequestHangs() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    traffic.start(2, 0);
    traffic.pass(90);
    traffic.look();
    assertThat(traffic.told).containsExactly("r2 HANGING 1000");
  }

  @Test
  void severalCallsThatWaitSayItSooner() {
    traffic.replicas(3);
    traffic.rounds(40, 10, 10, 10);
    traffic.rounds(2, 80, 80, 80);
    for (int call = 0; call < 4; call++) {
      traffic.start(2);
      traffic.pass(25);
      traffic.outliers.look(traffic.now());
    }
    traffic.pass(20);
    traffic.look();
    assertThat(traffic.told).containsExactly("r2 HANGING 1000");
  }

  @Test
  void callsThatHedgesGiveUpSayThatTheirReplicaHangs() {
    traffic.replicas(3);
    traffic.rounds(40, 10, 10, 10);
    for (int call = 0; call < 5; call++) {
      traffic.call(2, 30, Ending.ABANDONED);
      traffic.outliers.look(traffic.now());
    }
    assertThat(traffic.told).containsExactly("r2 HANGING 1000");
  }

  @Test
  void callsGivenUpInPassingDoNot() {
    traffic.replicas(3);
    traffic.rounds(40, 10, 10, 10);
    for (int call = 0; call < 10; call++) {
      traffic.call(2, 20, Ending.ABANDONED);
      traffic.call(2, 10, Ending.ANSWERED);
      traffic.call(2, 20, Ending.ABANDONED);
      traffic.call(2, 10, Ending.ANSWERED);
      traffic.outliers.look(traffic.now());
    }
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aReplicaThatIsSlowAndThenHangsIsLost() {
    traffic.replicas(3);
    traffic.rounds(17, 10, 100, 10);
    traffic.start(1);
    traffic.look();
    traffic.pass(900);
    traffic.look();
    assertThat(traffic.told).containsExactly("r1 SLOW 1000", "r1 HANGING 2000");
  }

  @Test
  void aCallThatIsNoLongerOutThanUsualIsNoHang() {
    traffic.replicas(3);
    traffic.rounds(20, 50, 50, 50);
    traffic.start(2);
    traffic.pass(150);
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aReplicaThatAnswersOtherCallsDoesNotHang() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    traffic.start(2);
    for (int i = 0; i < 20; i++) {
      traffic.rounds(1, 10, 10, 10);
      traffic.outliers.look(traffic.now());
    }
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aStreamThatHasBegunMayTakeAsLongAsItLikes() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    ReplicaCall stream = traffic.start(2);
    traffic.pass(10);
    traffic.outliers.heard(stream, traffic.now());
    traffic.pass(60_000);
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aPauseOfOurOwnIsNoHang() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    ReplicaCall call = traffic.start(2);
    traffic.pass(500);
    traffic.outliers.look(traffic.now());
    traffic.outliers.ended(call, Ending.ANSWERED, traffic.now());
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void aReplicaWhoseLastCallsMostlyFailedIsEjected() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    for (int i = 0; i < 5; i++) {
      traffic.call(1, 1, Ending.FAILED);
    }
    traffic.look();
    assertThat(traffic.told).containsExactly("r1 FAILING 1000");
  }

  @Test
  void whereAllFailNobodyIsToBlame() {
    traffic.replicas(3);
    for (int i = 0; i < 30; i++) {
      traffic.call(i % 3, 1, Ending.FAILED);
    }
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"ABANDONED", "OVERLOADED"})
  void abandonedAndRefusedCallsAreNoFailures(Ending ending) {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    for (int i = 0; i < 30; i++) {
      traffic.call(1, 9, ending);
    }
    traffic.look();
    assertThat(traffic.told).isEmpty();
  }

  @Test
  void abandonedCallsSayThatTheyTookAtLeastSoLong() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    for (int i = 0; i < 20; i++) {
      traffic.call(1, 50, Ending.ABANDONED);
      traffic.call(1, 1, Ending.OVERLOADED);
    }
    traffic.look();
    assertThat(traffic.told).containsExactly("r1 SLOW 1000");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 1", "4, 2", "5, 2"})
  void neverMoreThanHalfAreEjected(int count, int most) {
    traffic.replicas(count);
    long[] usual = new long[count];
    Arrays.fill(usual, 10);
    traffic.rounds(20, usual);
    for (int replica = 0; replica < count; replica++) {
      traffic.start(replica);
    }
    traffic.pass(1000);
    traffic.look();
    assertThat(traffic.told).hasSize(most);
  }

  @Test
  void replicasThatAreNotReadyDoNotCountAmongTheOthers() {
    traffic.replicas(3);
    traffic.rounds(20, 10, 10, 10);
    traffic.replicas.get(0).ready(false);
    traffic.replicas.get(1).ready(false);
    traffic.start(2);
    traffic.pass(1000);
    traffic.look();
    assertThat(traffic.told).isEmpty();
    assertThat(traffic.outliers.hasOther(traffic.replicas.get(2))).isFalse();
  }
}
