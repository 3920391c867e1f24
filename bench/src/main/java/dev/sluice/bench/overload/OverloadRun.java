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
   * What callers get who wait for their answers: the best of some numbers of callers.
   *
   * @throws IllegalStateException when they get nothing whole in time: there is nothing to measure
   */
  public LoadFigures capacity(CallKind kind, String target) throws IOException {
    generator.run(LoadOrder.closed(kind, target, CALLERS[1], seconds)); // warm
    LoadFigures best = generator.run(LoadOrder.closed(kind, target, CALLERS[0], seconds / 2));
    for (int callers : CALLERS) {
      LoadFigures next =
          generator.run(LoadOrder.closed(kind, target, callers, seconds / 2).seeded(callers));
      best = next.goodput() > best.goodput() ? next : best;
    }
    if (best.good() == 0) {
      throw new IllegalStateException(
          "no "
              + kind
              + " call was answered whole in time, even with few callers: is the machine busy with"
              + " something else?");
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
