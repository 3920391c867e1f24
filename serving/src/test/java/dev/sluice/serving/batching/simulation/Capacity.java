package dev.sluice.serving.batching.simulation;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The largest load at which 99 % of every kind of requests are inside their deadline.
 *
 * @param setting whose it is
 * @param load 0 when it is less than {@link #LEAST}
 */
public record Capacity(Setting setting, double load) {

  /** Where the search starts. */
  public static final double LEAST = 0.01;

  /** More than any policy can reach. */
  private static final double MOST = 1.3;

  /** The search ends when the bounds are this close, as a factor. */
  private static final double CLOSE = 1.02;

  /** Requests of a run that are counted; a tenth as many before them warm up. */
  static final int COUNTED = 8_000;

  static final int WARM_UP = COUNTED / 10;

  /** Of one policy, all seeds counted together. */
  public static double of(
      PolicyFactory policy, Workload workload, Accelerator accelerator, long... seeds) {
    return search(policy, workload, accelerator, LEAST, seeds);
  }

  /** The best of a grid. */
  public static Capacity best(
      List<Setting> grid, Workload workload, Accelerator accelerator, long... seeds) {
    Capacity best = new Capacity(grid.getFirst(), 0);
    for (Setting setting : grid) {
      double load =
          search(setting, workload, accelerator, Math.max(best.load() * CLOSE, LEAST), seeds);
      best = load > best.load() ? new Capacity(setting, load) : best;
    }
    return best;
  }

  /** A setting that meets 99 % at a load, if there is one. */
  public static Optional<Setting> anyMeets(
      List<Setting> grid, Workload workload, double load, Accelerator accelerator, long... seeds) {
    return grid.parallelStream()
        .filter(setting -> meets(setting, workload, load, accelerator, seeds))
        .findAny();
  }

  /** Whether 99 % of every kind are met, all seeds counted together. */
  public static boolean meets(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    Verdict verdict =
        new Verdict(workload.kinds(), workload.share(), COUNTED * seeds.length, WARM_UP);
    return LongStream.of(seeds)
        .allMatch(seed -> {
          Simulation.run(
              workload.arrivals(load, accelerator, WARM_UP + COUNTED, seed),
              policy.create(accelerator),
              accelerator,
              seed,
              verdict);
          return verdict.met();
        });
  }

  /** 0 where it does not meet at {@code least}. */
  private static double search(
      PolicyFactory policy,
      Workload workload,
      Accelerator accelerator,
      double least,
      long[] seeds) {
    if (!meets(policy, workload, least, accelerator, seeds)) {
      return 0;
    }
    double low = least;
    double high = MOST;
    while (high / low > CLOSE) {
      double middle = Math.sqrt(low * high);
      if (meets(policy, workload, middle, accelerator, seeds)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
