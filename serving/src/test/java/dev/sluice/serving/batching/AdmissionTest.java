package dev.sluice.serving.batching;

import static dev.sluice.serving.batching.Machine.HOUR;
import static dev.sluice.serving.batching.Machine.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.batching.Refusal.Reason;
import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may wait and who is told to come again. */
class AdmissionTest {

  /** Texts of 512 tokens that take not quite half a second. */
  private static final int LARGE = 820;

  private static Machine bounded(long maxQueuedTokens) {
    return new Machine(new BatchLimits(1, 1, 8, 1000, true, maxQueuedTokens), Costs.PLAIN);
  }

  private static Integer[] items(int count, int length) {
    return Collections.nCopies(count, length).toArray(Integer[]::new);
  }

  private static Optional<Reason> reason(Optional<Refusal> refusal) {
    return refusal.map(Refusal::reason);
  }

  @Test
  void aRequestIsAdmittedWithAllItsItemsOrNone() {
    var machine = bounded(1000);
    assertThat(machine.refusal(HOUR, 600)).isEmpty();
    assertThat(reason(machine.refusal(HOUR, 300, 200))).contains(Reason.QUEUE_FULL);
    assertThat(machine.scheduler.queuedItems()).isEqualTo(1);
    assertThat(machine.scheduler.queuedTokens()).isEqualTo(600);
    assertThat(machine.refusal(HOUR, 400)).isEmpty();
  }

  @Test
  void bulkWorkThatWaitsDoesNotShutOutAnUrgentCall() {
    var machine = bounded(1000);
    assertThat(machine.refusal(HOUR, 900, 900)).isEmpty();
    assertThat(reason(machine.refusal(HOUR, 10))).as("behind it").contains(Reason.QUEUE_FULL);
    assertThat(machine.refusal(10 * MS, 10)).as("before it").isEmpty();
    assertThat(machine.run()).contains(10);
  }

  @Test
  void allTogetherAreBoundedToo() {
    var machine = bounded(1000);
    assertThat(machine.refusal(400 * MS, 900, 900)).isEmpty();
    assertThat(machine.refusal(300 * MS, 900, 900)).isEmpty();
    assertThat(reason(machine.refusal(200 * MS, 900))).contains(Reason.QUEUE_FULL);
  }

  @Test
  void nothingIsRefusedWhenIdleHoweverLargeOrUrgent() {
    var machine = Machine.learned();
    assertThat(machine.refusal(1, items(1000, 512))).isEmpty();
    machine.runAll();
    var small = bounded(10);
    assertThat(small.refusal(HOUR, 900, 900)).isEmpty();
  }

  @Test
  void nothingIsPredictedBeforeTheCostsAreKnown() {
    var machine = Machine.of(8, 1000, true);
    assertThat(machine.refusal(MS, 900)).isEmpty();
    assertThat(machine.refusal(1, 900)).isEmpty();
  }

  @Test
  void aRequestThatWouldBeLateIsRefusedAndALessUrgentOneIsNot() {
    var machine = Machine.learned();
    machine.offer(100 * MS, items(50, 512));
    assertThat(reason(machine.refusal(20 * MS, items(50, 512)))).contains(Reason.PREDICTED_LATE);
    assertThat(machine.refusal(20 * MS, 8)).as("it goes first").isEmpty();
    assertThat(reason(machine.refusal(101 * MS, items(200, 512)))).contains(Reason.PREDICTED_LATE);
    assertThat(machine.refusal(400 * MS, items(50, 512))).isEmpty();
  }

  @Test
  void theBatchThatRunsTakesItsTimeToo() {
    var machine = Machine.learned();
    machine.offer(HOUR, items(16, 512));
    assertThat(machine.batch()).isPresent();
    assertThat(reason(machine.refusal(5 * MS, 8))).contains(Reason.PREDICTED_LATE);
    machine.now += 6 * MS;
    assertThat(machine.refusal(5 * MS, 8)).isEmpty();
  }

  @Test
  void whatIsAskedAgainIsToldWhenHalfOfWhatWaitsIsDone() {
    var machine = Machine.learned();
    machine.offer(HOUR, items(400, 512));
    Duration retry = machine.refusal(50 * MS, items(200, 512)).orElseThrow().retryAfter();
    assertThat(retry).isBetween(Duration.ofMillis(90), Duration.ofMillis(180));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void refusalsSayWhyAndWhenAndNeverComeFromAnIdleMachine(long seed) {
    var machine =
        new Machine(new BatchLimits(1, 2, 16, 2048, seed % 2 == 0, 30_000), Costs.PLAIN).learn();
    var random = new Random(seed);
    List<Batch<Integer, String>> running = new ArrayList<>();
    int refused = 0;
    for (int step = 0; step < 20_000; step++) {
      machine.now += random.nextInt((int) MS / 2);
      if (random.nextInt(3) > 0) {
        boolean idle = running.isEmpty() && machine.scheduler.queuedItems() == 0;
        var priority = random.nextBoolean() ? Priority.BULK : Priority.INTERACTIVE;
        var caller = new Caller("tenant-" + random.nextInt(3), priority);
        long slack = MS << random.nextInt(12);
        Integer[] lengths = items(1 + random.nextInt(8), 1 + random.nextInt(512));
        Optional<Refusal> refusal = machine.refusal(caller, slack, lengths);
        assertThat(idle && refusal.isPresent()).isFalse();
        refusal.ifPresent(each ->
            assertThat(each.retryAfter()).isBetween(Duration.ofMillis(10), Duration.ofSeconds(2)));
        refused += refusal.isPresent() ? 1 : 0;
      } else if (!running.isEmpty()) {
        machine.finish(running.removeFirst());
      }
      for (var batch = machine.batch(); batch.isPresent(); batch = machine.batch()) {
        running.add(batch.get());
      }
    }
    assertThat(refused).isPositive();
  }

  /** Both ask for as much as they can get; the flooder twenty times as often. */
  private static int[] admitted(Caller flooder, Caller victim) {
    var machine = Machine.learned();
    int[] admitted = new int[3];
    for (int round = 0; round < 400; round++) {
      for (int i = 0; i < 20; i++) {
        admitted[0] += machine.refusal(flooder, 100 * MS, 256, 256).isEmpty() ? 1 : 0;
      }
      boolean in = machine.refusal(victim, 100 * MS, 256, 256).isEmpty();
      admitted[1] += in ? 1 : 0;
      admitted[2] += in || round < 100 ? 0 : 1;
      machine.run();
    }
    return admitted;
  }

  @Test
  void whatWouldBeRefusedIsForeseenAndNothingElse() {
    var machine = Machine.learned();
    machine.offer(100 * MS, items(120, 512));
    var more = machine.request(Caller.ANONYMOUS, 100 * MS, items(120, 512));
    var less = machine.request(Caller.ANONYMOUS, 100 * MS, items(40, 512));
    assertThat(reason(machine.scheduler.foresee(more, machine.now)))
        .contains(Reason.PREDICTED_LATE);
    assertThat(machine.scheduler.foresee(less, machine.now)).isEmpty();
    assertThat(machine.scheduler.queuedItems()).isEqualTo(120);
  }

  /** What one tenant of two asks for, with the least that it can be. */
  @Test
  void whatIsForeseenWouldBeRefused() {
    Random random = new Random(5);
    int foreseen = 0;
    for (int round = 0; round < 300; round++) {
      var machine = Machine.learned();
      for (int i = random.nextInt(80); i > 0; i--) {
        anybody(machine, random, items(1 + random.nextInt(16), 64 + random.nextInt(448)));
      }
      Integer[] real = items(1 + random.nextInt(60), 64 + random.nextInt(448));
      Integer[] least = items(real.length, real[0] * 2 / 3);
      var caller = new Caller("tenant-0", Priority.INTERACTIVE);
      var request = machine.request(caller, 100 * MS, least);
      if (machine.scheduler.foresee(request, machine.now).isPresent()) {
        foreseen++;
        assertThat(machine.refusal(caller, 100 * MS, real)).isPresent();
      }
    }
    assertThat(foreseen).isGreaterThan(100);
  }

  private static void anybody(Machine machine, Random random, Integer... lengths) {
    var caller = new Caller("tenant-" + random.nextInt(2), Priority.INTERACTIVE);
    var _ = machine.refusal(caller, 100 * MS, lengths);
    machine.work();
  }

  @Test
  void aTenantThatFloodsDoesNotShutOutAnother() {
    int[] admitted =
        admitted(
            new Caller("flooder", Priority.INTERACTIVE),
            new Caller("victim", Priority.INTERACTIVE));
    assertThat(admitted[0]).isPositive();
    assertThat(admitted[2]).as("refused of the last 300").isLessThanOrEqualTo(3);
  }

  @Test
  void aClassThatFloodsDoesNotShutOutAnother() {
    int[] admitted =
        admitted(new Caller("one", Priority.BULK), new Caller("one", Priority.INTERACTIVE));
    assertThat(admitted[0]).isPositive();
    assertThat(admitted[2]).as("refused of the last 300").isLessThanOrEqualTo(3);
  }

  @Test
  void aFloodOfTenantsIsHeldAsOneAndShutsNobodyOut() {
    var machine = Machine.learned();
    var victim = new Caller("victim", Priority.INTERACTIVE);
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      boolean in = machine.refusal(victim, 100 * MS, 256, 256).isEmpty();
      refused += in || round < 100 ? 0 : 1;
      for (int i = 0; i < 20; i++) {
        var stranger = new Caller("stranger-" + round + "-" + i, Priority.INTERACTIVE);
        machine.refusal(stranger, 100 * MS, 256, 256);
      }
      machine.run();
    }
    assertThat(refused).as("refused of the last 300").isLessThanOrEqualTo(3);
  }

  /**
   * Every call takes nearly half of the second that its caller has. One comes rarely, the others
   * all the time.
   */
  @Test
  void aTenantThatFloodsLeavesRoomForARareLargeCall() {
    leavesRoom(512);
  }

  /** Else a call that was refused for the least that it can be would be given that much room. */
  @Test
  void alsoWhereTheyAreRefusedForTheLeastThatTheirCallsCanBe() {
    leavesRoom(256);
  }

  private static void leavesRoom(int leastTokens) {
    var machine = Machine.learned();
    var victim = new Caller("victim", Priority.INTERACTIVE);
    var flooder = new Caller("flooder", Priority.INTERACTIVE);
    Integer[] call = items(LARGE, 512);
    Integer[] least = items(LARGE, leastTokens);
    int admitted = 0;
    int refused = 0;
    for (int step = 0; step < 60_000; step++) {
      machine.now += MS;
      if (step % 61 == 0) {
        admitted += machine.foreseen(flooder, 1000 * MS, least, call).isEmpty() ? 1 : 0;
      }
      if (step % 2309 == 0) {
        refused += machine.foreseen(victim, 1000 * MS, least, call).isEmpty() ? 0 : 1;
      }
      machine.work();
    }
    assertThat(refused).as("of 26").isLessThanOrEqualTo(2);
    assertThat(admitted).as("of 133 that would fit").isGreaterThan(90);
    assertThat(machine.dropped).as("late").hasSizeLessThanOrEqualTo(2);
  }

  /** Else who asks for half of what can be done would stand back as a flood does. */
  @Test
  void whoIsRefusedAndAsksAgainAsksForNoMore() {
    var machine = Machine.learned();
    var first = new Caller("modest", Priority.INTERACTIVE);
    var again = new Caller("modest", Priority.INTERACTIVE, Caller.NOBODY, true);
    Integer[] call = items(LARGE, 512);
    machine.refusal(new Caller("rare", Priority.INTERACTIVE), 1000 * MS, call);
    machine.runAll();
    machine.now += 1000 * MS;
    machine.refusal(new Caller("other", Priority.INTERACTIVE), 700 * MS, call);
    for (Caller caller : List.of(first, again, again, again)) {
      assertThat(reason(machine.refusal(caller, 700 * MS, call))).contains(Reason.PREDICTED_LATE);
    }
    machine.runAll();
    machine.refusal(new Caller("other", Priority.INTERACTIVE), 700 * MS, 64);
    assertThat(machine.refusal(first, 700 * MS, call)).isEmpty();
  }

  /** Both ask for far more than can be done, by calls of which one fills most of the time. */
  @Test
  void tenantsThatBothFloodDoNotStandBackForEachOther() {
    var machine = Machine.learned();
    Integer[] call = items(LARGE, 512);
    List<Reason> reasons = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      machine.now += MS;
      if (step % 61 == 0) {
        var caller = new Caller(step % 2 == 0 ? "one" : "other", Priority.INTERACTIVE);
        reason(machine.refusal(caller, 600 * MS, call)).ifPresent(reasons::add);
      }
      machine.work();
    }
    assertThat(reasons).containsOnly(Reason.PREDICTED_LATE);
  }

  @Test
  void aTenantAloneHasEverything() {
    var machine = Machine.learned();
    var reasons = new ArrayList<Reason>();
    for (int i = 0; i < 500; i++) {
      reason(machine.refusal(100 * MS, 256, 256)).ifPresent(reasons::add);
    }
    assertThat(reasons).isNotEmpty().containsOnly(Reason.PREDICTED_LATE);
  }

  @Test
  void admissionKnowsTheCostsAlsoWhileTheFirstReplicaIsAway() {
    var machine = new Machine(new BatchLimits(2, 1, 1024, 16384, true, 1_000_000), Costs.PLAIN);
    for (int i = 0; i < 60; i++) {
      machine.offer(HOUR, items(1 + i % 5, 8 << i % 6));
      machine.offer(HOUR, items(1 + i % 5, 8 << i % 6));
      for (var batch = machine.batch(); batch.isPresent(); batch = machine.batch()) {
        if (batch.get().replica() == 0) {
          machine.scheduler.unreachable(batch.get(), machine.now);
        } else {
          machine.finish(batch.get());
        }
      }
    }
    machine.offer(HOUR, items(100, 512));
    assertThat(reason(machine.refusal(20 * MS, items(200, 512)))).contains(Reason.PREDICTED_LATE);
  }
}
