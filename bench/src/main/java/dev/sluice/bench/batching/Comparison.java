package dev.sluice.bench.batching;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The contenders of a scenario at the loads that they carry, and all at one load. Several runs take
 * place at a time, because their accelerators sleep and the loads are small. Owns the servers.
 */
public final class Comparison implements AutoCloseable {

  private static final double LEAST_LOAD = 0.02;

  /** Over all runs of a moment: a fraction of what two cores can serve. */
  private static final int MOST_REQUESTS_A_SECOND = 400;

  private static final int MOST_RUNS = 16;

  private final Scenario scenario;
  private final List<Fleet> fleets = new ArrayList<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(MOST_RUNS);
  private final Semaphore requestsASecond = new Semaphore(MOST_REQUESTS_A_SECOND, true);

  /**
   * Read while runs are measured, written while servers are started, which takes processor time.
   */
  private final ReadWriteLock quiet = new ReentrantReadWriteLock(true);

  private Comparison(Scenario scenario, int seeds) {
    this.scenario = scenario;
    List<Contender> contenders = Contender.of(scenario);
    for (long seed = 1; seed <= seeds; seed++) {
      for (Contender contender : contenders) {
        fleets.add(new Fleet(scenario, contender, seed));
      }
    }
  }

  /** Takes three to five minutes for five seeds. */
  public static List<Figure> run(Scenario scenario, int seeds) {
    try (var comparison = new Comparison(scenario, seeds)) {
      return comparison.run();
    }
  }

  private List<Figure> run() {
    List<Figure> figures = new ArrayList<>();
    fleets.forEach(fleet -> fleet.grow(fleet.contender().guess() / 2));
    double common = LEAST_LOAD;
    for (var carried : all(this::capacity).entrySet()) {
      Contender contender = carried.getKey();
      Figure figure = figure(contender, "capacity@99%", carried.getValue(), value -> value);
      figures.add(figure);
      common = contender.baseline() ? Math.max(common, figure.median()) : common;
    }
    double load = common;
    fleets.forEach(fleet -> fleet.grow(load));
    all(fleet -> run(fleet, load, false))
        .forEach((contender, tallies) -> figures.addAll(atCommonLoad(contender, tallies, load)));
    return figures;
  }

  /** Does something with every fleet, a few at a time: the results by contender. */
  private <R> Map<Contender, List<R>> all(Function<Fleet, R> trial) {
    Map<Contender, List<CompletableFuture<R>>> running = new LinkedHashMap<>();
    for (Fleet fleet : fleets) {
      running
          .computeIfAbsent(fleet.contender(), contender -> new ArrayList<>())
          .add(CompletableFuture.supplyAsync(() -> trial.apply(fleet), workers));
    }
    Map<Contender, List<R>> results = new LinkedHashMap<>();
    running.forEach((contender, trials) ->
        results.put(contender, trials.stream().map(CompletableFuture::join).toList()));
    return results;
  }

  private double capacity(Fleet fleet) {
    Contender contender = fleet.contender();
    double capacity =
        Capacity.of(load -> !run(fleet, load, true).failed(), contender.guess(), contender.step());
    System.err.printf(
        "%s: %s, seed %d: carries %.3f; timers %.0f µs late%n",
        scenario.name(), contender.name(), fleet.seed(), capacity, fleet.timerError() / 1e3);
    return capacity;
  }

  private Tally run(Fleet fleet, double load, boolean untilFailed) {
    if (fleet.lacks(load)) {
      quiet.writeLock().lock();
      try {
        fleet.grow(load);
      } finally {
        quiet.writeLock().unlock();
      }
    }
    int share = (int) Math.clamp(Math.ceil(fleet.rate(load)), 1, MOST_REQUESTS_A_SECOND);
    requestsASecond.acquireUninterruptibly(share);
    quiet.readLock().lock();
    try {
      return fleet.run(load, untilFailed);
    } finally {
      quiet.readLock().unlock();
      requestsASecond.release(share);
    }
  }

  private List<Figure> atCommonLoad(Contender contender, List<Tally> tallies, double load) {
    List<Figure> figures = new ArrayList<>();
    for (Workload.Kind kind : scenario.workload().kinds()) {
      String at = " " + kind.name() + " @%.3f".formatted(load);
      figures.add(figure(contender, "met" + at, tallies, tally -> tally.attainment(kind.name())));
      figures.add(figure(contender, "p50 ms" + at, tallies, latency(kind, 0.5)));
      figures.add(figure(contender, "p99 ms" + at, tallies, latency(kind, 0.99)));
    }
    return figures;
  }

  private static ToDoubleFunction<Tally> latency(Workload.Kind kind, double part) {
    return tally -> tally.latency(kind.name(), part) / 1e6;
  }

  private <V> Figure figure(
      Contender contender, String name, List<V> values, ToDoubleFunction<V> value) {
    return Figure.of(
        scenario.name(),
        contender.name(),
        contender.setting(),
        name,
        values.stream().mapToDouble(value));
  }

  @Override
  public void close() {
    workers.shutdownNow();
    fleets.forEach(Fleet::close);
  }
}
