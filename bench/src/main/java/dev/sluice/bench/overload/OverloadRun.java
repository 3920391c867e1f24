package dev.sluice.bench.overload;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * Loads on one running cluster.
 *
 * @param seconds that a load lasts
 */
public record OverloadRun(OverloadedCluster cluster, LoadGenerator generator, double seconds) {

  private static final int[] CALLERS = {2, 4, 8};
  private static final int MOST_ROUNDS = 12;
  private static final double QUICKER = 1.03;
  private static final long FIRST_SEED = 100;
  private static final long SAMPLE_MILLIS = 500;

  /**
   * What a load did.
   *
   * @param loads what became of the calls, in the order of the orders
   * @param clusterSeconds processor time of the cluster until the last of the calls had ended
   */
  public record Outcome(
      List<LoadFigures> loads, Memory before, Memory highest, Memory after, double clusterSeconds) {

    public LoadFigures load() {
      return loads.getFirst();
    }

    /** This and the same loads once more as one. */
    public Outcome and(Outcome again) {
      return new Outcome(
          IntStream.range(0, loads.size())
              .mapToObj(load -> loads.get(load).and(again.loads.get(load)))
              .toList(),
          before,
          highest.highest(again.highest),
          again.after,
          clusterSeconds + again.clusterSeconds);
    }

    /** Good calls of all loads. */
    public int good() {
      return loads.stream().mapToInt(LoadFigures::good).sum();
    }
  }

  /**
   * Whole answers a second that callers get who wait for theirs: the best of some numbers of
   * callers, once the cluster has become as quick as it gets.
   *
   * @param closed orders that are carried out side by side, with equal parts of the callers
   * @throws IllegalStateException when they get nothing whole in time: there is nothing to measure
   */
  public double capacity(List<LoadOrder> closed) throws IOException {
    double best = warm(closed);
    for (int callers : CALLERS) {
      best = Math.max(best, goodput(closed, callers, callers));
    }
    if (best == 0) {
      throw new IllegalStateException(
          "no "
              + closed.getFirst().kind()
              + " call was answered whole in time, even with few callers: is the machine busy with"
              + " something else?");
    }
    return best;
  }

  /** Calls until twice in a row it got no quicker. */
  private double warm(List<LoadOrder> closed) throws IOException {
    double best = 0;
    int without = 0;
    for (int round = 0; round < MOST_ROUNDS && without < 2; round++) {
      double next = goodput(closed, CALLERS[1], FIRST_SEED + round);
      without = next > QUICKER * best || best == 0 ? 0 : without + 1;
      best = Math.max(best, next);
    }
    return best;
  }

  private double goodput(List<LoadOrder> closed, int callers, long seed) throws IOException {
    generator.begin(
        closed.stream()
            .map(order -> order.by(callers / closed.size()).seeded(seed + order.seed()))
            .toList());
    return generator.end(() -> {}).stream().mapToDouble(LoadFigures::goodput).sum();
  }

  /** Puts these loads on at the same time. */
  public Outcome load(List<LoadOrder> orders) throws Exception {
    Memory before = cluster.memory();
    double worked = cluster.processorTime().toNanos() / 1e9;
    generator.begin(orders);
    var until = new AtomicReference<>(Duration.ZERO);
    FutureTask<List<LoadFigures>> ended =
        new FutureTask<>(() -> generator.end(() -> until.set(cluster.processorTime())));
    Thread.ofVirtual().start(ended);
    Memory highest = before;
    while (!ended.isDone()) {
      TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLIS);
      highest = highest.highest(cluster.memory());
    }
    try {
      return new Outcome(
          ended.get(), before, highest, cluster.memory(), until.get().toNanos() / 1e9 - worked);
    } catch (ExecutionException e) {
      throw new IOException("the load failed", e);
    }
  }
}
