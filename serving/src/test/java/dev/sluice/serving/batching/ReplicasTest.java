package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.HOUR;
import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Several copies of a model, of which some are slow and some away. */
class ReplicasTest {

  private static final BatchLimits TWO = new BatchLimits(2, 1, 4, 4096, true, 100_000);

  private final Machine machine = new Machine(TWO, Costs.PLAIN);
  private final List<Replica> replicas = List.of(new Replica(), new Replica());

  private Batch<Integer, String> batch() {
    return machine.batch().orElseThrow();
  }

  @Test
  void theSlotThatShouldBeDoneFirstIsTaken() {
    new Costs(5e6, 5e3, 0).teach(replicas.get(0).cost(), 100);
    new Costs(1e6, 1e3, 0).teach(replicas.get(1).cost(), 100);
    var table = new SlotTable(TWO, 0);
    assertThat(table.ready(0, replicas).orElseThrow().replica()).isEqualTo(1);
    table.all().get(1).sent(0, 0, MS);
    assertThat(table.ready(0, replicas).orElseThrow().replica()).isZero();
  }

  @Test
  void aNearReplicaGoesBeforeAFarOneThatIsAsFast() {
    replicas.get(0).setRoundTrip(5 * MS);
    var table = new SlotTable(TWO, 0);
    assertThat(table.ready(0, replicas).orElseThrow().replica()).isEqualTo(1);
  }

  @Test
  void aFastReplicaGetsASecondBatchBeforeASlowOneItsFirst() {
    new Costs(500e6, 50e3, 0).teach(replicas.get(0).cost(), 300);
    new Costs(1e6, 1e3, 0).teach(replicas.get(1).cost(), 100);
    replicas.forEach(replica -> replica.setRoundTrip(2 * MS));
    var table = new SlotTable(TWO, 0);
    table.all().get(1).sent(0, 2 * MS, MS);
    assertThat(table.ready(MS, replicas).orElseThrow().replica()).isEqualTo(1);
  }

  @Test
  void theItemsOfAReplicaThatIsAwayGoToAnother() {
    var request = machine.offer(HOUR, 10, 20);
    var first = batch();
    assertThat(machine.scheduler.unreachable(first, machine.now)).isEmpty();
    var second = batch();
    assertThat(second.replica()).isNotEqualTo(first.replica());
    assertThat(second.requests()).containsExactly(request);
    assertThat(second.inputs()).containsExactlyInAnyOrder(10, 20);
  }

  @Test
  void itemsAreGivenBackOnceOnly() {
    var request = machine.offer(HOUR, 10);
    machine.scheduler.unreachable(batch(), machine.now);
    assertThat(machine.scheduler.unreachable(batch(), machine.now)).containsExactly(request);
    assertThat(machine.scheduler.queuedItems()).isZero();
  }

  @Test
  void aReplicaThatIsTriedInVainLosesNoItemsThatWaitForTheOther() {
    var request = machine.offer(HOUR, 10);
    var lost = batch();
    machine.offer(HOUR, 20);
    var other = batch();
    machine.scheduler.unreachable(lost, machine.now);
    for (int trial = 0; trial < 3; trial++) {
      machine.now += HOUR / 100;
      var vain = batch();
      assertThat(vain.replica()).isEqualTo(lost.replica());
      assertThat(machine.scheduler.unreachable(vain, machine.now)).isEmpty();
    }
    machine.scheduler.finished(other, machine.now);
    var second = batch();
    assertThat(second.replica()).isEqualTo(other.replica());
    assertThat(second.requests()).containsExactly(request);
  }

  @Test
  void eachBatchOfALargeRequestIsGivenBack() {
    var machine = new Machine(new BatchLimits(2, 2, 2, 4096, true, 100_000), Costs.PLAIN);
    machine.offer(HOUR, 1, 2, 3, 4, 5, 6, 7, 8);
    var all = List.of(next(machine), next(machine), next(machine), next(machine));
    for (var batch : all) {
      if (batch.replica() == 0) {
        assertThat(machine.scheduler.unreachable(batch, machine.now)).isEmpty();
      }
    }
    assertThat(machine.scheduler.queuedItems()).isEqualTo(4);
  }

  private static Batch<Integer, String> next(Machine machine) {
    return machine.batch().orElseThrow();
  }

  @Test
  void aRequestThatEndedIsNotGivenBack() {
    var request = machine.offer(HOUR, 10);
    var batch = batch();
    request.fail(FakeModel.unreachable());
    machine.scheduler.unreachable(batch, machine.now);
    assertThat(machine.scheduler.queuedItems()).isZero();
  }

  @Test
  void aModelOfOneReplicaHasNoOtherToTry() {
    var single = Machine.of(8, 1000, true);
    var request = single.offer(HOUR, 10);
    var batch = next(single);
    assertThat(single.scheduler.unreachable(batch, single.now)).containsExactly(request);
    single.offer(HOUR, 20);
    assertThat(single.run()).as("nor a back-off").containsExactly(20);
  }

  private static long backOff(SlotTable table, List<Replica> replicas, long now) {
    table.unreachable(0, now);
    table.unreachable(1, now);
    return table.nextReadyAt(replicas) - now;
  }

  @Test
  void theBackOffDoublesUpToABoundUntilTheReplicaAnswers() {
    var table = new SlotTable(TWO, 0);
    long now = 0;
    for (long millis : List.of(100, 200, 400, 800, 1600, 3200, 5000, 5000)) {
      assertThat(backOff(table, replicas, now)).isEqualTo(millis * MS);
      now += millis * MS;
    }
    table.reached(0, now);
    table.reached(1, now);
    assertThat(backOff(table, replicas, now)).isEqualTo(100 * MS);
  }

  @Test
  void anAnswerToWhatWasSentBeforeAFailureDoesNotEndTheBackOff() {
    var table = new SlotTable(TWO, 0);
    table.unreachable(0, 5);
    table.reached(0, 4);
    assertThat(table.onTrial(0)).isTrue();
    table.reached(0, 100 * MS + 5);
    assertThat(table.onTrial(0)).isFalse();
  }

  @Test
  void batchesThatWereOnTheirWayTogetherAreOneFailure() {
    var table = new SlotTable(TWO, 0);
    table.unreachable(0, 0);
    table.unreachable(0, 1);
    table.unreachable(0, 2);
    table.unreachable(1, 0);
    assertThat(table.nextReadyAt(replicas)).isEqualTo(100 * MS);
  }

  @Test
  void aReplicaThatIsAwayIsTriedAgainAfterItsBackOff() {
    var table = new SlotTable(TWO, 0);
    table.unreachable(0, 0);
    table.all().get(1).sent(0, 0, HOUR);
    assertThat(table.ready(0, replicas)).isEmpty();
    assertThat(table.ready(100 * MS, replicas).orElseThrow().replica()).isZero();
  }
}
