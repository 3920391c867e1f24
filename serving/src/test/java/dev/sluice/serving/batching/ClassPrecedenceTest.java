package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.HOUR;
import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.batching.Refusal.Reason;
import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Interactive requests and bulk work on one machine: who waits for whom, as tables of arrivals. */
class ClassPrecedenceTest {

  private static final long SECOND = 1000 * MS;
  private static final long SEARCH = 60 * SECOND;
  private static final Caller INGEST = new Caller("one", Priority.BULK);
  private static final Caller QUERY = new Caller("one", Priority.INTERACTIVE);

  /** A launch takes 2.5 ms, a token 0.1 ms, so that it is 22.5 ms for a passage of 200. */
  private static final Costs SLOW = new Costs(2.5e6, 1e5, 0);

  /** An encoder on busy processors that takes so many texts at once. */
  private static Machine encoder(int slots, int maxItems) {
    return new Machine(new BatchLimits(1, slots, maxItems, 4096, true, 1_000_000), SLOW).learn();
  }

  private static Integer[] texts(int count, int tokens) {
    return Collections.nCopies(count, tokens).toArray(Integer[]::new);
  }

  private static BatchRequest<Integer, String> offer(
      Machine machine, Caller caller, long slack, Integer... lengths) {
    assertThat(machine.refusal(caller, slack, lengths)).isEmpty();
    return machine.offered.getLast();
  }

  private static Batch<Integer, String> next(Machine machine) {
    return machine.batch().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"20, 1", "20, 8", "20, 512", "59, 8", "600, 8", "600, 512"})
  void aSearchIsTheNextToRunHoweverEarlyBulkWorkIsDue(long bulkSeconds, int tokens) {
    var machine = encoder(1, 1);
    offer(machine, INGEST, bulkSeconds * SECOND, texts(500, 200));
    var running = next(machine);
    var search = offer(machine, QUERY, SEARCH, tokens);
    machine.finish(running);
    assertThat(next(machine).requests()).containsExactly(search);
  }

  @Test
  void theFirstOfSeveralSlotsThatIsFreeRunsTheSearch() {
    var machine = encoder(2, 1);
    offer(machine, INGEST, 600 * SECOND, texts(500, 200));
    var first = next(machine);
    var second = next(machine);
    var search = offer(machine, QUERY, SEARCH, 8);
    machine.finish(second);
    assertThat(next(machine).requests()).containsExactly(search);
    machine.finish(first);
    assertThat(next(machine).items().getFirst().request.isBulk()).isTrue();
  }

  @Test
  void everySearchOfManyWaitsForTheRunningTextAtMost() {
    var machine = encoder(1, 1);
    long text = SLOW.nanos(200, 200);
    for (int round = 0; round < 200; round++) {
      offer(machine, INGEST, 30 * SECOND, texts(2, 200));
      var running = next(machine);
      var search = offer(machine, QUERY, SEARCH, 8);
      machine.finish(running);
      machine.run();
      assertThat(search.progress.unfinished).isZero();
      assertThat(machine.now - search.arrival()).isLessThanOrEqualTo(text + SLOW.nanos(8, 8));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereBatchesGrowASearchIsPutOffForBulkWorkForAMomentAtMost(boolean padded) {
    var machine =
        new Machine(new BatchLimits(1, 1, 1024, 16384, padded, 1_000_000), Costs.PLAIN).learn();
    offer(machine, INGEST, 30 * SECOND, texts(1500, 200));
    var search = offer(machine, QUERY, SEARCH, 8);
    while (search.progress.unfinished > 0) {
      machine.run();
    }
    assertThat(machine.now - search.arrival()).isLessThanOrEqualTo(100 * MS);
  }

  @Test
  void bulkWorkHasAboutATenthOfTheTimeHoweverManySearchesWait() {
    var machine = encoder(1, 1);
    offer(machine, QUERY, HOUR, texts(3000, 16));
    var bulk = offer(machine, INGEST, HOUR, texts(40, 200));
    long start = machine.now;
    while (bulk.progress.unfinished > 0) {
      machine.run();
    }
    long bulkTime = 40 * SLOW.nanos(200, 200);
    assertThat((double) bulkTime / (machine.now - start)).isBetween(0.08, 0.13);
  }

  @Test
  void aSearchNeverWaitsForMoreThanOneBatchOfBulkWorkWhoseTurnItIs() {
    var machine = encoder(1, 1);
    offer(machine, QUERY, HOUR, texts(3000, 16));
    offer(machine, INGEST, HOUR, texts(100, 200));
    boolean before = false;
    for (int batch = 0; batch < 2000; batch++) {
      var next = next(machine);
      boolean bulk = next.items().getFirst().request.isBulk();
      assertThat(bulk && before).isFalse();
      before = bulk;
      machine.finish(next);
    }
  }

  @Test
  void bulkWorkThatHadTheMachineIsOwedNothing() {
    var share = new BulkShare();
    share.ran(900, 0);
    assertThat(share.pays(99)).isTrue();
    share.settle();
    assertThat(share.pays(1)).isFalse();
  }

  @Test
  void bulkWorkPaysForItsTurnBeforeTheNext() {
    var share = new BulkShare();
    share.ran(900, 0);
    share.ran(0, 200);
    share.ran(900, 0);
    assertThat(share.pays(1)).isFalse();
    share.ran(900, 0);
    assertThat(share.pays(99)).isTrue();
  }

  @Test
  void aSearchIsNotRefusedForBulkWorkThatItGoesAheadOf() {
    var machine = encoder(1, 1);
    offer(machine, INGEST, 20 * SECOND, texts(500, 300));
    assertThat(machine.refusal(QUERY, 21 * SECOND, texts(200, 300))).isEmpty();
  }

  @Test
  void bulkWorkIsRefusedWhenInteractiveWorkLeavesItNoTime() {
    var machine = encoder(1, 1);
    offer(machine, QUERY, SEARCH, texts(1000, 300));
    Optional<Refusal> refusal = machine.refusal(INGEST, 20 * SECOND, 300);
    assertThat(refusal.map(Refusal::reason)).contains(Reason.PREDICTED_LATE);
  }

  @Test
  void bulkWorkThatFillsItsQueueDoesNotShutOutASearch() {
    var machine = new Machine(new BatchLimits(1, 1, 1, 4096, true, 1000), SLOW);
    offer(machine, INGEST, 20 * SECOND, 900);
    assertThat(machine.refusal(INGEST, 20 * SECOND, 200).map(Refusal::reason))
        .contains(Reason.QUEUE_FULL);
    assertThat(machine.refusal(QUERY, SEARCH, 200)).isEmpty();
  }

  @Test
  void bulkWorkThatIsTooLateIsDroppedAlsoWhileSearchesWait() {
    var machine = encoder(1, 1);
    offer(machine, QUERY, SEARCH, texts(100, 16));
    var late = offer(machine, INGEST, 2 * SECOND, 200);
    machine.now += 2 * SECOND;
    machine.run();
    assertThat(machine.dropped).containsExactly(late);
  }
}
