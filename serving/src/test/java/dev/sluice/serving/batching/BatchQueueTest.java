package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.batching.BatchQueue.Decision;
import dev.sluice.serving.failure.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every rule as a table of arrivals: no clock, no threads. Inputs are their own token counts. */
class BatchQueueTest {

  private static final long NEVER = Long.MAX_VALUE / 2;

  private long sequence;

  private BatchRequest<Integer, String> request(long deadline, int... lengths) {
    var request = new BatchRequest<Integer, String>(lengths.length, 0, deadline);
    for (int i = 0; i < lengths.length; i++) {
      request.add(new BatchItem<>(request, i, lengths[i], lengths[i], sequence++));
    }
    return request;
  }

  private static BatchQueue<Integer, String> queue(int maxItems, long maxTokens, boolean padded) {
    return new BatchQueue<>(new BatchLimits(1, maxItems, maxTokens, padded, 1000));
  }

  private static List<Integer> taken(BatchQueue<Integer, String> queue, long now) {
    return switch (queue.next(now)) {
      case Decision.Run<Integer, String>(var items, var expired) ->
          items.stream().map(item -> item.input).toList();
      case Decision.Wait<Integer, String>(var expired) -> List.of();
    };
  }

  @Test
  void anIdleSlotGetsWhateverWaitsAtOnce() {
    var queue = queue(8, 1000, true);
    queue.offer(request(NEVER, 10));
    assertThat(taken(queue, 0)).containsExactly(10);
    assertThat(taken(queue, 0)).isEmpty();
  }

  @Test
  void theEarliestDeadlineGoesFirstAndEqualOnesByArrival() {
    var queue = queue(1, 1000, true);
    queue.offer(request(300, 1));
    queue.offer(request(100, 2));
    queue.offer(request(100, 3));
    assertThat(taken(queue, 0)).containsExactly(2);
    assertThat(taken(queue, 0)).containsExactly(3);
    assertThat(taken(queue, 0)).containsExactly(1);
  }

  @Test
  void paddingCountsAgainstTheBudget() {
    var queue = queue(8, 96, true);
    queue.offer(request(NEVER, 8, 8, 40, 40));
    assertThat(taken(queue, 0)).as("three of 40 would be 120 tokens").containsExactly(8, 8);
    assertThat(taken(queue, 0)).containsExactly(40, 40);
  }

  @Test
  void lengthsAreRoundedUpToEightAsTheModelPadsThem() {
    var queue = queue(8, 16, true);
    queue.offer(request(NEVER, 9, 1));
    assertThat(taken(queue, 0)).containsExactly(9);
  }

  @Test
  void packedModelsCountTheSumOfTheLengths() {
    var queue = queue(8, 96, false);
    queue.offer(request(NEVER, 8, 8, 40, 40));
    assertThat(taken(queue, 0)).containsExactly(8, 8, 40, 40);
  }

  @Test
  void theNumberOfItemsIsBounded() {
    var queue = queue(2, 1000, true);
    queue.offer(request(NEVER, 1, 2, 3));
    assertThat(taken(queue, 0)).containsExactly(1, 2);
    assertThat(taken(queue, 0)).containsExactly(3);
  }

  @Test
  void anItemLongerThanTheBudgetMakesABatchOfItsOwn() {
    var queue = queue(8, 64, true);
    queue.offer(request(NEVER, 500, 8));
    assertThat(taken(queue, 0)).containsExactly(500);
    assertThat(taken(queue, 0)).containsExactly(8);
  }

  @Test
  void cancelledEntriesAreDroppedWhileABatchForms() {
    var queue = queue(8, 1000, true);
    var cancelled = request(NEVER, 1, 2);
    queue.offer(cancelled);
    queue.offer(request(NEVER, 3));
    cancelled.fail(new Failure.Cancelled());
    assertThat(taken(queue, 0)).containsExactly(3);
    assertThat(queue.queuedTokens()).isZero();
  }

  @Test
  void expiredEntriesAreDroppedWhileABatchFormsAndReportedOnce() {
    var queue = queue(8, 1000, true);
    var late = request(100, 1, 2);
    queue.offer(late);
    queue.offer(request(200, 3));
    var decision = queue.next(100);
    assertThat(decision).isInstanceOf(Decision.Run.class);
    if (decision instanceof Decision.Run<Integer, String>(var items, var expired)) {
      assertThat(items).extracting(item -> item.input).containsExactly(3);
      assertThat(expired).containsExactly(late);
    }
    assertThat(queue.queuedItems()).isZero();
  }

  @Test
  void aFullQueueRefusesARequestWholly() {
    var queue = queue(8, 1000, true);
    assertThat(queue.offer(request(NEVER, 600))).isTrue();
    assertThat(queue.offer(request(NEVER, 300, 200))).isFalse();
    assertThat(queue.queuedItems()).isEqualTo(1);
    assertThat(queue.offer(request(NEVER, 400))).isTrue();
  }

  @Test
  void bulkWorkThatWaitsDoesNotShutOutAnUrgentCall() {
    var queue = queue(8, 1000, true);
    assertThat(queue.offer(request(NEVER, 900, 900))).isTrue();
    assertThat(queue.offer(request(NEVER, 10))).as("behind it").isFalse();
    assertThat(queue.offer(request(100, 10))).as("before it").isTrue();
    assertThat(taken(queue, 0)).containsExactly(10);
  }

  @Test
  void allTogetherAreBoundedToo() {
    var queue = queue(8, 1000, true);
    assertThat(queue.offer(request(400, 900, 900))).isTrue();
    assertThat(queue.offer(request(300, 900, 900))).isTrue();
    assertThat(queue.offer(request(200, 900))).as("4500 tokens").isFalse();
  }

  @Test
  void anEmptyQueueTakesARequestLargerThanItsBound() {
    var queue = queue(8, 1000, true);
    assertThat(queue.offer(request(NEVER, 900, 900))).isTrue();
  }

  @Test
  void removedRequestsLeaveNothingBehind() {
    var queue = queue(8, 1000, true);
    var request = request(NEVER, 5, 6);
    queue.offer(request);
    queue.remove(request);
    queue.remove(request);
    assertThat(queue.queuedItems()).isZero();
    assertThat(queue.queuedTokens()).isZero();
  }

  @Test
  void deadlinesAreOrderedAlsoWhereNanoTimeWraps() {
    var queue = queue(1, 1000, true);
    long now = Long.MAX_VALUE - 10;
    queue.offer(request(now + 1000, 1));
    queue.offer(request(now + 5, 2));
    assertThat(taken(queue, now)).containsExactly(2);
    assertThat(taken(queue, now)).containsExactly(1);
  }
}
