package dev.sluice.bench.overload;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

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
   * @param clusterSeconds processor time of the cluster meanwhile
   */
  public record Outcome(
      List<LoadFigures> loads, Memory before, Memory highest, Memory after, double clusterSeconds) {

    public LoadFigures load() {
      return loads.getFirst();
    }
  }

  /**
   * What callers get who wait for their answers: the best of some numbers of callers, once the
   * cluster has become as quick as it gets.
   *
   * @throws IllegalStateException when they get nothing whole in time: there is nothing to measure
   */
  public LoadFigures capacity(LoadOrder closed) throws IOException {
    LoadFigures best = warm(closed.by(CALLERS[1]));
    for (int callers : CALLERS) {
      LoadFigures next = generator.run(closed.by(callers).seeded(callers));
      best = next.goodput() > best.goodput() ? next : best;
    }
    if (best.good() == 0) {
      throw new IllegalStateException(
          "no "
              + closed.kind()
              + " call was answered whole in time, even with few callers: is the machine busy with"
              + " something else?");
    }
    return best;
  }

  /** Calls until twice in a row it got no quicker. */
  private LoadFigures warm(LoadOrder closed) throws IOException {
    LoadFigures best = generator.run(closed);
    int without = 0;
    for (int round = 1; round < MOST_ROUNDS && without < 2; round++) {
      LoadFigures next = generator.run(closed.seeded(FIRST_SEED + round));
      boolean quicker = next.goodput() > QUICKER * best.goodput();
      without = quicker || best.good() == 0 ? 0 : without + 1;
      best = next.goodput() > best.goodput() ? next : best;
    }
    return best;
  }

  /** Puts these loads on at the same time. */
  public Outcome load(List<LoadOrder> orders) throws Exception {
    Memory before = cluster.memory();
    double worked = cluster.processorTime().toNanos() / 1e9;
    generator.begin(orders);
    FutureTask<List<LoadFigures>> ended = new FutureTask<>(generator::end);
    Thread.ofVirtual().start(ended);
    Memory highest = before;
    while (!ended.isDone()) {
      TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLIS);
      highest = highest.highest(cluster.memory());
    }
    try {
      return new Outcome(
          ended.get(),
          before,
          highest,
          cluster.memory(),
          cluster.processorTime().toNanos() / 1e9 - worked);
    } catch (ExecutionException e) {
      throw new IOException("the load failed", e);
    }
  }
}
