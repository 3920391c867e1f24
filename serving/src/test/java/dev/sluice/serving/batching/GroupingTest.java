package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupingTest {

  private static final int MAX_ITEMS = 16;

  private final CostModel cost = new Costs(1e6, 5e3, 1.2).learned();

  /** Batches of a group of buckets run one after another. */
  private double nanos(long[] lengths, int[] counts, int from, int to, long budget) {
    int items = Arrays.stream(counts, from, to + 1).sum();
    long perBatch = Math.clamp(budget / lengths[to], 1, MAX_ITEMS);
    double nanos = 0;
    for (long left = items; left > 0; left -= perBatch) {
      long tokens = Math.min(left, perBatch) * lengths[to];
      nanos += cost.launch() + tokens * (cost.perToken() + cost.quadratic() * lengths[to]);
    }
    return nanos;
  }

  /** Each bit of a partition says whether a group ends there. */
  private double cheapest(long[] lengths, int[] counts, long budget) {
    double best = Double.POSITIVE_INFINITY;
    for (int partition = 0; partition < 1 << (lengths.length - 1); partition++) {
      double total = 0;
      int from = 0;
      for (int to = 0; to < lengths.length; to++) {
        if (to == lengths.length - 1 || (partition & (1 << to)) != 0) {
          total += nanos(lengths, counts, from, to, budget);
          from = to + 1;
        }
      }
      best = Math.min(best, total);
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noPartitionOfTheLengthsIsCheaper(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int size = 1 + random.nextInt(9);
      long[] lengths =
          random
              .ints(0, 20)
              .distinct()
              .limit(size)
              .sorted()
              .mapToLong(LengthBuckets::bound)
              .toArray();
      int[] counts = random.ints(size, 1, 40).toArray();
      long budget = 1L + random.nextInt(4096);
      var grouping = new Grouping(lengths, counts, cost, budget, MAX_ITEMS);
      double cheapest = cheapest(lengths, counts, budget);
      assertThat(grouping.nanos()).isCloseTo(cheapest, within(cheapest * 1e-9));
      double sum =
          grouping.groups().stream()
              .mapToDouble(group -> nanos(lengths, counts, group.from(), group.to(), budget))
              .sum();
      assertThat(sum).isCloseTo(cheapest, within(cheapest * 1e-9));
      assertCovers(grouping.groups(), size);
    }
  }

  /** From the longest to the shortest, each bucket once. */
  private static void assertCovers(List<Grouping.Group> groups, int size) {
    int next = size - 1;
    for (Grouping.Group group : groups) {
      assertThat(group.to()).isEqualTo(next);
      assertThat(group.from()).isBetween(0, next);
      next = group.from() - 1;
    }
    assertThat(next).isEqualTo(-1);
  }

  @Test
  void shortTextsArePaddedWhereThatIsCheaperThanALaunch() {
    assertThat(new Grouping(new long[] {8, 64}, new int[] {2, 4}, cost, 4096, 16).groups())
        .hasSize(1);
    assertThat(new Grouping(new long[] {8, 512}, new int[] {8, 1}, cost, 8192, 16).groups())
        .hasSize(2);
  }

  @Test
  void nothingCostsNothing() {
    var grouping = new Grouping(new long[0], new int[0], cost, 512, 16);
    assertThat(grouping.nanos()).isZero();
    assertThat(grouping.groups()).isEmpty();
  }
}
