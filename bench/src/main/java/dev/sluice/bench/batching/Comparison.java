package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Arrival;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.ToDoubleFunction;

/**
 * The contenders of a scenario at the loads that they carry, and all at one load. Several runs take
 * place at a time, because their accelerators sleep and the loads are small.
 */
public final class Comparison {

  private static final double LEAST_REQUESTS = 200;
  private static final double LEAST_SECONDS = 10;
  private static final double MOST_SECONDS = 20;
  private static final long WARM_UP_NANOS = 2_000_000_000L;
  private static final double LEAST_LOAD = 0.02;

  /** Over all runs of a moment: a fraction of what two cores can serve. */
  private static final int MOST_REQUESTS_A_SECOND = 300;

  private static final int MOST_RUNS = 8;

  private final Scenario scenario;
  private final int seeds;
  private final List<Contender> contenders;
  private final Semaphore requestsASecond = new Semaphore(MOST_REQUESTS_A_SECOND, true);

  private Comparison(Scenario scenario, int seeds) {
    this.scenario = scenario;
    this.seeds = seeds;
    this.contenders = Contender.of(scenario);
  }

  /** Takes three to five minutes for five seeds. */
  public static List<Figure> run(Scenario scenario, int seeds) {
    return new Comparison(scenario, seeds).run();
  }

  /** What is done with a contender for a seed. */
  @FunctionalInterface
  private interface Trial<R> {
    R of(Contender contender, long seed);
  }

  private List<Figure> run() {
    List<Figure> figures = new ArrayList<>();
    double common = LEAST_LOAD;
    for (var carried : forEach(this::capacity).entrySet()) {
      Contender contender = carried.getKey();
      Figure figure = figure(contender, "capacity@99%", carried.getValue(), value -> value);
      figures.add(figure);
      common = contender.baseline() ? Math.max(common, figure.median()) : common;
    }
    double load = common;
    forEach((contender, seed) -> at(contender, seed, load))
        .forEach((contender, tallies) -> figures.addAll(atCommonLoad(contender, tallies, load)));
    return figures;
  }

  /** Every contender with every seed. */
  private <R> Map<Contender, List<R>> forEach(Trial<R> trial) {
    try (ExecutorService workers = Executors.newFixedThreadPool(MOST_RUNS)) {
      Map<Contender, List<CompletableFuture<R>>> running = new LinkedHashMap<>();
      contenders.forEach(contender -> running.put(contender, new ArrayList<>()));
      for (long number = 1; number <= seeds; number++) {
        long seed = number;
        running.forEach((contender, trials) ->
            trials.add(CompletableFuture.supplyAsync(() -> trial.of(contender, seed), workers)));
      }
      Map<Contender, List<R>> results = new LinkedHashMap<>();
      running.forEach((contender, trials) ->
          results.put(contender, trials.stream().map(CompletableFuture::join).toList()));
      return results;
    }
  }

  private double capacity(Contender contender, long seed) {
    try (Side side = contender.start().apply(seed)) {
      double capacity =
          Capacity.of(
              load -> !run(side, load, seed, true).failed(), contender.guess(), contender.step());
      System.err.printf(
          "%s: %s, seed %d: carries %.3f; timers %.0f µs late%n",
          scenario.name(), contender.name(), seed, capacity, side.counts().meanTimerError() / 1e3);
      return capacity;
    }
  }

  private Tally at(Contender contender, long seed, double load) {
    try (Side side = contender.start().apply(seed)) {
      return run(side, load, seed, false);
    }
  }

  private Tally run(Side side, double load, long seed, boolean untilFailed) {
    double rate = scenario.workload().rate(load, scenario.accelerator());
    int share = (int) Math.clamp(Math.ceil(rate), 1, MOST_REQUESTS_A_SECOND);
    requestsASecond.acquireUninterruptibly(share);
    try {
      return LoadRun.run(side, trace(rate, seed), WARM_UP_NANOS, untilFailed);
    } finally {
      requestsASecond.release(share);
    }
  }

  private List<Arrival> trace(double rate, long seed) {
    double seconds = Math.clamp(LEAST_REQUESTS / rate, LEAST_SECONDS, MOST_SECONDS);
    return scenario.workload().trace(rate, (long) (seconds * 1e9) + WARM_UP_NANOS, seed);
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
}
