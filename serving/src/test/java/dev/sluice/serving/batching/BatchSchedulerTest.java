package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.HOUR;
import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.failure.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs together, where and when, as tables of arrivals. */
class BatchSchedulerTest {

  @Test
  void anIdleSlotGetsWhateverWaitsAtOnce() {
    var machine = Machine.of(8, 1000, true);
    machine.offer(HOUR, 10);
    assertThat(machine.lengths()).containsExactly(10);
    assertThat(machine.waitsUntil()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theEarliestDeadlineGoesFirstAndEqualOnesByArrival() {
    var machine = Machine.of(1, 1000, true);
    machine.offer(300 * MS, 1);
    machine.offer(100 * MS, 2);
    machine.offer(100 * MS, 3);
    assertThat(machine.run()).containsExactly(2);
    machine.offer(50 * MS, 4);
    assertThat(machine.run()).containsExactly(4);
    assertThat(machine.run()).containsExactly(3);
    assertThat(machine.run()).containsExactly(1);
  }

  @Test
  void itemsOfARequestRunInTheirOrder() {
    var machine = Machine.of(2, 1000, true);
    machine.offer(HOUR, 3, 1, 2, 5, 4);
    assertThat(machine.run()).containsExactly(3, 1);
    assertThat(machine.run()).containsExactly(2, 5);
    assertThat(machine.run()).containsExactly(4);
  }

  @Test
  void paddingCountsAgainstTheBudget() {
    var machine = Machine.of(8, 96, true);
    machine.offer(HOUR, 40, 40, 40);
    assertThat(machine.run()).as("three would be 120 tokens").containsExactly(40, 40);
    assertThat(machine.run()).containsExactly(40);
  }

  @Test
  void lengthsAreRoundedUpToEightAsTheModelPadsThem() {
    var machine = Machine.of(8, 16, true);
    machine.offer(HOUR, 9, 1);
    assertThat(machine.run()).hasSize(1);
    assertThat(machine.run()).hasSize(1);
  }

  @Test
  void packedModelsCountTheSumOfTheLengths() {
    var machine = Machine.of(8, 96, false);
    machine.offer(HOUR, 8, 8, 40, 40, 1);
    assertThat(machine.run()).containsExactly(8, 8, 40, 40);
    assertThat(machine.run()).containsExactly(1);
  }

  @Test
  void theNumberOfItemsIsBounded() {
    var machine = Machine.of(2, 1000, true);
    machine.offer(HOUR, 1, 2, 3);
    assertThat(machine.run()).containsExactly(1, 2);
    assertThat(machine.run()).containsExactly(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anItemLongerThanTheBudgetMakesABatchOfItsOwn(boolean padded) {
    var machine = Machine.of(8, 64, padded);
    machine.offer(10 * MS, 500);
    machine.offer(HOUR, 8);
    assertThat(machine.run()).containsExactly(500);
    assertThat(machine.run()).containsExactly(8);
  }

  @Test
  void cancelledEntriesAreDroppedWhileABatchForms() {
    var machine = Machine.of(8, 1000, true);
    var cancelled = machine.offer(HOUR, 1, 2);
    machine.offer(HOUR, 3);
    cancelled.fail(new Failure.Cancelled());
    assertThat(machine.lengths()).containsExactly(3);
    assertThat(machine.scheduler.queuedTokens()).isZero();
  }

  @Test
  void expiredEntriesAreDroppedWhileABatchFormsAndReportedOnce() {
    var machine = Machine.of(8, 1000, true);
    var late = machine.offer(100 * MS, 1, 2, 400);
    machine.offer(200 * MS, 3);
    machine.now += 100 * MS;
    assertThat(machine.run()).containsExactly(3);
    assertThat(machine.run()).isEmpty();
    assertThat(machine.dropped).containsExactly(late);
    assertThat(machine.scheduler.queuedItems()).isZero();
  }

  @Test
  void anExpiredRequestIsDroppedAlsoWhenItIsTheOnlyOne() {
    var machine = Machine.of(8, 1000, true);
    var late = machine.offer(100 * MS, 1);
    machine.now += 100 * MS;
    assertThat(machine.waitsUntil()).isEqualTo(Long.MAX_VALUE);
    assertThat(machine.dropped).containsExactly(late);
  }

  @Test
  void aRequestThatCannotBeInTimeIsDroppedAsAWhole() {
    var machine = Machine.learned();
    var hopeless = machine.offer(2 * MS, 500, 500, 500, 8);
    machine.offer(100 * MS, 16);
    assertThat(machine.run()).as("2.5 ms of work in 2 ms").containsExactly(16);
    assertThat(machine.dropped).containsExactly(hopeless);
    assertThat(machine.scheduler.queuedItems()).isZero();
  }

  @Test
  void aRequestThatCannotBeInTimeIsTriedWhenItIsTheOnlyOne() {
    var machine = Machine.learned();
    machine.offer(2 * MS, 500, 500, 500, 500);
    assertThat(machine.run()).isNotEmpty();
    assertThat(machine.dropped).isEmpty();
  }

  @Test
  void urgentItemsAreNotMadeLateByWhatSharesTheirBatch() {
    var machine = Machine.learned();
    machine.offer(2 * MS, 100);
    machine.offer(HOUR, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
    var batch = machine.batch().orElseThrow();
    assertThat(batch.items().size()).isBetween(2, 9);
    machine.finish(batch);
    assertThat(machine.now).isLessThan(batch.items().getFirst().request.deadline());
  }

  @Test
  void urgentCallsGoAheadOfBulkThatWaits() {
    var machine = Machine.learned();
    for (int i = 0; i < 50; i++) {
      machine.offer(HOUR, 512, 512, 512);
    }
    machine.run();
    var urgent = machine.offer(5 * MS, 8);
    assertThat(machine.batch().orElseThrow().requests()).contains(urgent);
  }

  @Test
  void bulkRunsByItsDeadlineHoweverManyUrgentCallsCome() {
    var machine = Machine.learned();
    var bulk = machine.offer(200 * MS, 512, 512, 512, 512);
    List<BatchRequest<Integer, String>> urgent = new ArrayList<>();
    while (bulk.progress.unfinished > 0) {
      for (int i = 0; i < 20; i++) {
        var call = machine.request(bulk.caller(), 20 * MS, 16, 24);
        if (machine.scheduler.offer(call, machine.now).isEmpty()) {
          urgent.add(call);
        }
      }
      machine.run();
    }
    assertThat(machine.now).isLessThanOrEqualTo(bulk.deadline());
    machine.runAll();
    assertThat(machine.dropped).isEmpty();
    assertThat(urgent).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aGroupGoesAheadOfAMoreUrgentOneOnlyWhenThatOneHasTheTime(long seed) {
    var machine = Machine.learned();
    var random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      for (int i = random.nextInt(6); i > 0; i--) {
        int length = 1 + random.nextInt(random.nextBoolean() ? 16 : 512);
        machine.refusal(random.nextLong(3, 63) * MS, length, length);
      }
      List<BatchItem<Integer, String>> waiting = new ArrayList<>();
      Optional<Batch<Integer, String>> batch = machine.batch();
      if (batch.isPresent()) {
        machine.finish(batch.get());
        waiting.addAll(passedOver(machine, batch.get()));
      }
      for (BatchItem<Integer, String> item : waiting) {
        long alone = machine.costs.nanos(BatchLimits.roundUp(item.tokens), item.tokens);
        assertThat(machine.now + alone).isLessThanOrEqualTo(item.request.deadline());
      }
    }
  }

  /** The most urgent item that waits while a less urgent one ran, once at most. */
  private static List<BatchItem<Integer, String>> passedOver(
      Machine machine, Batch<Integer, String> batch) {
    BatchItem<Integer, String> first = batch.items().getFirst();
    return machine.offered.stream()
        .filter(request -> request.progress.waiting > 0 && !machine.dropped.contains(request))
        .flatMap(request -> request.items().stream())
        .filter(item -> item.compareTo(first) < 0)
        .min(BatchItem::compareTo)
        .stream()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void noSlotIsIdleWhileAnythingWaits(int slots) {
    var machine =
        new Machine(new BatchLimits(1, slots, 16, 2048, true, 100_000), Costs.PLAIN).learn();
    var random = new Random(slots);
    Queue<Batch<Integer, String>> running = new ArrayDeque<>();
    for (int step = 0; step < 5000; step++) {
      machine.now += random.nextInt((int) MS);
      if (random.nextBoolean()) {
        machine.refusal(random.nextLong(1, 51) * MS, 1 + random.nextInt(300), 8);
      } else if (!running.isEmpty()) {
        machine.finish(running.remove());
      }
      for (var batch = machine.batch(); batch.isPresent(); batch = machine.batch()) {
        running.add(batch.get());
      }
      assertThat(running.size() == slots || machine.scheduler.queuedItems() == 0).isTrue();
      assertThat(running).hasSizeLessThanOrEqualTo(slots);
    }
  }

  @Test
  void whereThereIsNoWayToGoNothingIsSentAhead() {
    var machine = Machine.learned();
    machine.offer(HOUR, 100);
    var running = machine.batch().orElseThrow();
    machine.offer(HOUR, 100);
    assertThat(machine.waitsUntil()).isEqualTo(Long.MAX_VALUE);
    machine.finish(running);
    assertThat(machine.run()).containsExactly(100);
  }

  @Test
  void theSecondBatchIsSentSoThatItArrivesAsTheFirstOneEnds() {
    var machine = Machine.learned();
    long roundTrip = 2 * MS;
    machine.scheduler.roundTrips(new long[] {roundTrip});
    machine.offer(HOUR, 4000);
    var first = machine.batch().orElseThrow();
    long free = first.sentAt() + roundTrip + first.predictedNanos();
    machine.offer(HOUR, 100);
    long until = machine.waitsUntil();
    assertThat(until)
        .as("free − round trip − margin, which is at least 0.2 ms")
        .isBetween(free - roundTrip - MS, free - roundTrip - MS / 5);
    machine.now = until - 1;
    assertThat(machine.waitsUntil()).isEqualTo(until);
    machine.now = until;
    assertThat(machine.lengths()).containsExactly(100);
    machine.offer(HOUR, 200);
    assertThat(machine.waitsUntil()).as("two are in flight").isEqualTo(Long.MAX_VALUE);
    machine.now = free + HOUR / 2;
    assertThat(machine.waitsUntil()).isEqualTo(Long.MAX_VALUE);
    machine.scheduler.finished(first, machine.now);
    assertThat(machine.lengths()).as("one is in flight, and soon done").containsExactly(200);
  }

  @Test
  void aBatchSentAheadIsChargedForItsOwnTimeOnly() {
    var machine = Machine.learned();
    machine.scheduler.roundTrips(new long[] {2 * MS});
    machine.offer(HOUR, 4000);
    var first = machine.batch().orElseThrow();
    machine.offer(HOUR, 4000);
    machine.now = machine.waitsUntil();
    var second = machine.batch().orElseThrow();
    machine.now = first.sentAt() + 2 * MS + 9 * MS;
    assertThat(machine.scheduler.finished(first, machine.now)).isEqualTo(9 * MS);
    machine.now += 6 * MS;
    assertThat(machine.scheduler.finished(second, machine.now)).isEqualTo(6 * MS);
  }

  @Test
  void aModelThatBecameSlowIsKnownAgainFromTheBatchesThatWereStopped() {
    var machine = Machine.learned();
    int stopped = 0;
    machine.offer(HOUR, 1000);
    var batch = machine.batch().orElseThrow();
    long slow = 10 * batch.patienceNanos();
    while (batch.patienceNanos() < slow) {
      machine.now = batch.sentAt() + batch.patienceNanos();
      machine.scheduler.stopped(batch, machine.now);
      machine.offer(HOUR, 1000);
      batch = machine.batch().orElseThrow();
      stopped++;
    }
    assertThat(stopped).isBetween(1, 20);
  }

  @Test
  void aBatchThatNobodyWaitedForTeachesNothing() {
    var machine = Machine.learned();
    machine.offer(HOUR, 1000);
    long predicted = stoppedAtOnce(machine);
    for (int i = 0; i < 60; i++) {
      machine.offer(HOUR, 1000);
      assertThat(stoppedAtOnce(machine)).isEqualTo(predicted);
    }
  }

  private static long stoppedAtOnce(Machine machine) {
    var batch = machine.batch().orElseThrow();
    machine.now++;
    machine.scheduler.stopped(batch, machine.now);
    return batch.predictedNanos();
  }

  @Test
  void aRequestLeavesNothingBehindWhenItIsRemoved() {
    var machine = Machine.of(2, 1000, true);
    var request = machine.offer(HOUR, 5, 6, 7);
    assertThat(machine.lengths()).containsExactly(5, 6);
    machine.scheduler.remove(request, machine.now);
    machine.scheduler.remove(request, machine.now);
    assertThat(machine.scheduler.queuedItems()).isZero();
    assertThat(machine.scheduler.queuedTokens()).isZero();
    assertThat(request.progress.withdrawn).isTrue();
  }

  @Test
  void lateRequestsStretchPredictionsAndThoseThatWentAwayDoNot() {
    var machine = Machine.learned();
    assertThat(safety(machine)).isEqualTo(1);
    var cancelled = machine.offer(50 * MS, 100);
    cancelled.fail(new Failure.Cancelled());
    assertThat(machine.run()).isEmpty();
    assertThat(safety(machine)).isEqualTo(1);
    machine.offer(50 * MS, 100);
    machine.now += 50 * MS;
    assertThat(machine.run()).isEmpty();
    assertThat(safety(machine)).isGreaterThan(1);
  }

  private static double safety(Machine machine) {
    return machine.scheduler.learned(machine.now).safety();
  }

  @Test
  void afterOutOfMemoryBatchesHaveHalfOfWhatDidNotFit() {
    var machine = Machine.of(100, 1000, true);
    Integer[] lengths = new Integer[100];
    java.util.Arrays.fill(lengths, 8);
    machine.offer(HOUR, lengths);
    machine.scheduler.outOfMemory(160, machine.now);
    assertThat(machine.run()).hasSize(10);
    machine.now += 60_000 * MS;
    assertThat(machine.run()).hasSizeGreaterThan(10);
  }
}
