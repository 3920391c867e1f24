package dev.sluice.serving.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinesTest {

  private static final long FAR = Long.MAX_VALUE / 2;

  private final Accelerator accelerator = Accelerator.GPU;
  private int arrived;

  private Policy fifo(BatchRule rule) {
    return new FifoServer(rule, QueueRule.UNBOUNDED, accelerator);
  }

  private boolean arrive(Policy policy, long now, Integer... lengths) {
    return arriveUntil(policy, FAR, now, lengths);
  }

  private boolean arriveUntil(Policy policy, long deadline, long now, Integer... lengths) {
    return policy.arrive(
        new Arrival(arrived++, now, deadline, "kind", "tenant", false, List.of(lengths)), now);
  }

  /** The lengths of each batch that a policy sends now. */
  private static List<List<Integer>> sent(Policy policy, long now) {
    List<List<Integer>> batches = new ArrayList<>();
    while (policy.next(now) instanceof Policy.Step.Run(int slot, List<Item> items)) {
      batches.add(items.stream().map(Item::length).toList());
    }
    return batches;
  }

  @Test
  void countBatchingSendsAFullBatchAtOnceAndOthersAfterTheDelay() {
    Policy policy = fifo(new CountBatching(3, 100));
    arrive(policy, 0, 5, 6);
    assertThat(policy.next(0)).isEqualTo(new Policy.Step.Wait(100));
    arrive(policy, 50, 7, 8);
    assertThat(sent(policy, 50)).containsExactly(List.of(5, 6, 7));
    policy.completed(0, List.of(), 60);
    assertThat(policy.next(60)).isEqualTo(new Policy.Step.Wait(150));
    assertThat(sent(policy, 150)).containsExactly(List.of(8));
  }

  @Test
  void countBatchingSplitsBigRequestsAndSealsNothingAhead() {
    Policy policy = fifo(new CountBatching(2, 0));
    arrive(policy, 0, 5, 6, 7);
    assertThat(sent(policy, 0)).containsExactly(List.of(5, 6));
    policy.completed(0, List.of(), 1);
    assertThat(sent(policy, 1)).containsExactly(List.of(7));
  }

  @Test
  void tokenBatchingStopsAtTheFirstItemThatDoesNotFitWithItsPadding() {
    Policy policy = fifo(new TokenBatching(40, true, 1));
    arrive(policy, 0, 10, 10, 20, 1);
    assertThat(sent(policy, 0)).containsExactly(List.of(10, 10));
  }

  @Test
  void tokenBatchingCountsTheSumWhereTheBackendPacks() {
    Policy policy = fifo(new TokenBatching(40, false, 1));
    arrive(policy, 0, 10, 10, 20, 1);
    assertThat(sent(policy, 0)).containsExactly(List.of(10, 10, 20));
  }

  @Test
  void tokenBatchingSealsOneBatchAhead() {
    Policy policy = fifo(new TokenBatching(512, true, 2));
    arrive(policy, 0, 10);
    assertThat(sent(policy, 0)).containsExactly(List.of(10));
    arrive(policy, 1, 11);
    assertThat(sent(policy, 1)).containsExactly(List.of(11));
    arrive(policy, 2, 12, 13);
    assertThat(sent(policy, 2)).isEmpty();
    policy.completed(0, List.of(), 3);
    assertThat(sent(policy, 3)).containsExactly(List.of(12, 13));
  }

  @Test
  void equalShapeBatchingEndsABatchAtAnotherShape() {
    Policy policy = fifo(new EqualShapeBatching(8, 100, 16, false));
    arrive(policy, 0, 3, 16, 17, 4);
    assertThat(sent(policy, 0)).containsExactly(List.of(3, 16));
    assertThat(policy.paddedTo(17)).isEqualTo(32);
  }

  @Test
  void equalShapeBatchingWaitsOnlyForAShapeThatCouldGrow() {
    Policy policy = fifo(new EqualShapeBatching(8, 100, 16, false));
    arrive(policy, 0, 3);
    assertThat(policy.next(0)).isEqualTo(new Policy.Step.Wait(100));
    arrive(policy, 10, 30);
    assertThat(sent(policy, 10)).containsExactly(List.of(3));
  }

  @Test
  void equalShapeBatchingKeepsTheTextsOfARequestTogether() {
    Policy policy = fifo(new EqualShapeBatching(4, 0, 16, true));
    arrive(policy, 0, 3, 30);
    arrive(policy, 0, 20, 20, 20);
    arrive(policy, 0, 31, 1);
    assertThat(sent(policy, 0)).containsExactly(List.of(3, 30));
    policy.completed(0, List.of(), 1);
    assertThat(sent(policy, 1)).containsExactly(List.of(20, 20, 20));
  }

  @Test
  void sortedWindowBatchingSortsFullBatchesByLength() {
    Policy policy = new SortedWindowBatching(2, false, QueueRule.UNBOUNDED, accelerator);
    arrive(policy, 0, 9, 1, 8, 2, 3);
    assertThat(sent(policy, 0)).containsExactly(List.of(1, 2));
    policy.completed(0, List.of(), 1);
    assertThat(sent(policy, 1)).containsExactly(List.of(8, 9));
    policy.completed(0, List.of(), 2);
    assertThat(sent(policy, 2)).containsExactly(List.of(3));
  }

  @Test
  void sortedWindowBatchingSealsFourBatchesAhead() {
    Policy policy = new SortedWindowBatching(8, false, QueueRule.UNBOUNDED, accelerator);
    for (int length = 1; length <= 7; length++) {
      arrive(policy, length, length);
      assertThat(sent(policy, length)).hasSize(length == 1 ? 1 : 0);
    }
    List<List<Integer>> later = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      policy.completed(0, List.of(), 10);
      later.addAll(sent(policy, 10));
    }
    assertThat(later)
        .containsExactly(List.of(2), List.of(3), List.of(4), List.of(5), List.of(6, 7));
  }

  @Test
  void aBoundedQueueRefusesWholeRequestsUnlessItIsEmpty() {
    Policy policy = new FifoServer(new CountBatching(1, 0), new QueueRule(3, false), accelerator);
    assertThat(arrive(policy, 0, 1, 2, 3, 4)).isTrue();
    assertThat(arrive(policy, 0, 5)).isFalse();
    assertThat(sent(policy, 0)).hasSize(1);
    assertThat(arrive(policy, 0, 5)).isFalse();
  }

  @Test
  void expiredRequestsAreDroppedWhileABatchFormsIfTheServerDoesThat() {
    Policy policy =
        new FifoServer(
            new CountBatching(4, 0), new QueueRule(Integer.MAX_VALUE, true), accelerator);
    arriveUntil(policy, 10, 0, 1, 2);
    arriveUntil(policy, 99, 0, 3);
    assertThat(sent(policy, 11)).containsExactly(List.of(3));
    assertThat(policy.dropped()).hasSize(2).allMatch(arrival -> arrival.number() == 0);
  }
}
