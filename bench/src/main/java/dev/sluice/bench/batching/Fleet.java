package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One contender with one seed. A small load is put on several servers at a time, each with an
 * accelerator and a trace of its own, until there are requests enough to tell what one in a hundred
 * is; their accelerators sleep, so they do not disturb each other. Owns the servers.
 */
final class Fleet implements AutoCloseable {

  private static final double REQUESTS = 400;
  private static final double LEAST_SECONDS = 10;
  private static final double MOST_SECONDS = 18;
  private static final double MOST_SERVERS = 8;
  private static final double WARM_UP_SECONDS = 2;

  private final Scenario scenario;
  private final Contender contender;
  private final long seed;
  private final List<Side> servers = new ArrayList<>();

  Fleet(Scenario scenario, Contender contender, long seed) {
    this.scenario = scenario;
    this.contender = contender;
    this.seed = seed;
  }

  Contender contender() {
    return contender;
  }

  long seed() {
    return seed;
  }

  /** Requests a second of a load, over all servers. */
  double rate(double load) {
    double rate = scenario.workload().rate(load, scenario.accelerator());
    return rate * servers(rate);
  }

  private static int servers(double rate) {
    return (int) Math.clamp(Math.ceil(REQUESTS / rate / MOST_SECONDS), 1, MOST_SERVERS);
  }

  /** Whether more servers must be started for a load. */
  boolean lacks(double load) {
    return servers.size() < servers(scenario.workload().rate(load, scenario.accelerator()));
  }

  /** Starts the servers that a load needs. */
  void grow(double load) {
    while (lacks(load)) {
      servers.add(contender.start().apply(subSeed(servers.size())));
    }
  }

  /** Puts the load on as many servers as it needs. */
  Tally run(double load, boolean untilFailed) {
    double rate = scenario.workload().rate(load, scenario.accelerator());
    int count = servers(rate);
    List<List<Arrival>> traces =
        IntStream.range(0, count).mapToObj(server -> trace(rate, server)).toList();
    Tally tally =
        new Tally(traces.stream().flatMap(List::stream).toList(), (long) (WARM_UP_SECONDS * 1e9));
    List<CompletableFuture<Void>> running =
        IntStream.range(0, count)
            .mapToObj(server ->
                CompletableFuture.runAsync(
                    () -> LoadRun.run(servers.get(server), traces.get(server), tally, untilFailed),
                    task -> Thread.ofPlatform().name("load").start(task)))
            .toList();
    running.forEach(CompletableFuture::join);
    return tally;
  }

  /** The same for all contenders. */
  private List<Arrival> trace(double rate, int server) {
    double seconds = Math.clamp(REQUESTS / rate, LEAST_SECONDS, MOST_SECONDS) + WARM_UP_SECONDS;
    return scenario.workload().trace(rate, (long) (seconds * 1e9), subSeed(server));
  }

  private long subSeed(int server) {
    return seed * 100 + server;
  }

  /** By how many nanoseconds on average the simulated batches ended late. */
  double timerError() {
    return servers.stream().mapToLong(side -> side.counts().meanTimerError()).average().orElse(0);
  }

  @Override
  public void close() {
    servers.forEach(Side::close);
  }
}
