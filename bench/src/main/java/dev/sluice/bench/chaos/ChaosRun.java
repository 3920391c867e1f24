package dev.sluice.bench.chaos;

import dev.sluice.standalone.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Scenarios one after the other, on one cluster for those of a layout as long as all holds. Owns
 * the cluster and the load on it.
 */
public final class ChaosRun implements AutoCloseable {

  private static final Duration CALM = Duration.ofMinutes(5);

  private final Path folder;
  private @Nullable Layout layout;
  private @Nullable Cluster cluster;
  private @Nullable MixedLoad load;
  private Watch watch = new Watch();
  private int clusters;

  private ChaosRun(Path folder) {
    this.folder = folder;
  }

  /**
   * Tries all scenarios, or those named.
   *
   * @throws CommandFailure for a name that no scenario has
   */
  public static List<Outcome> of(List<String> names) throws IOException {
    List<Scenario> chosen = Scenarios.named(names);
    Path folder = Files.createTempDirectory("sluice-chaos");
    List<Outcome> outcomes = new ArrayList<>();
    try (ChaosRun run = new ChaosRun(folder)) {
      Runtime.getRuntime().addShutdownHook(new Thread(run::close)); // also when it is broken off
      for (Scenario scenario : chosen) {
        Outcome outcome = run.outcome(scenario);
        System.err.printf(
            "%-22s %s; %d calls, failed %s, degraded %s, as before after %s s%n",
            outcome.name(),
            outcome.words(),
            outcome.count(),
            outcome.failed(),
            outcome.degraded(),
            outcome.recoveredAfter());
        outcomes.add(outcome);
      }
    }
    if (outcomes.stream().allMatch(Outcome::holds)) {
      delete(folder);
    } else {
      System.err.println("the servers' logs: " + folder);
    }
    return outcomes;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Outcome outcome(Scenario scenario) {
    String missing = scenario.layout().missing();
    if (!missing.isEmpty()) {
      return Outcome.skipped(scenario, missing);
    }
    Outcome outcome;
    try {
      outcome = tried(scenario);
    } catch (Exception e) { // a scenario that breaks is an outcome
      outcome = Outcome.broken(scenario, List.of("it could not be tried: " + e));
    }
    if (!outcome.holds()) {
      close();
    }
    return outcome;
  }

  private Outcome tried(Scenario scenario) throws Exception {
    long begun = System.nanoTime();
    MixedLoad load = loadOf(scenario.layout());
    Cluster under = cluster;
    if (under == null) {
      throw new IllegalStateException("no cluster");
    }
    load.keepDeadlines(scenario.keepsDeadlines());
    load.resume();
    if (!under.awaitInUse(CALM) || watch.awaitWhole(System.nanoTime(), CALM).isEmpty()) {
      return unwell(scenario, callsSince(begun, System.nanoTime()));
    }
    long fault = System.nanoTime();
    Evidence evidence = scenario.begin().with(under);
    TimeUnit.SECONDS.sleep(scenario.seconds());
    String unseen = evidence.missing();
    scenario.end().with(under);
    long ended = System.nanoTime();
    Optional<Duration> recovered = watch.awaitWhole(ended, scenario.expectation().recovery());
    boolean quiet = load.pause();
    load.keepDeadlines(false);
    if (!unseen.isEmpty() && evidence.missing().isEmpty()) {
      unseen = "";
    }
    return judged(scenario, callsSince(begun, fault), unseen, recovered, quiet, load);
  }

  private FaultCalls callsSince(long begun, long fault) {
    return FaultCalls.of(watch.calls(begun, System.nanoTime()), fault);
  }

  private static Outcome unwell(Scenario scenario, FaultCalls calls) {
    List<String> broken = new ArrayList<>(calls.wrongBefore());
    broken.add("the cluster was not well before the fault");
    return Outcome.broken(scenario, broken);
  }

  private static Outcome judged(
      Scenario scenario,
      FaultCalls calls,
      String unseen,
      Optional<Duration> recovered,
      boolean quiet,
      MixedLoad load) {
    List<String> broken = new ArrayList<>(calls.wrongBefore());
    broken.addAll(scenario.expectation().broken(calls.since()));
    if (!unseen.isEmpty()) {
      broken.add("the fault was not seen: " + unseen);
    }
    if (recovered.isEmpty()) {
      broken.add("not as before in time");
    }
    if (!quiet) {
      broken.add("calls that do not end");
    }
    load.lost().forEach(lost -> broken.add("lost: " + lost));
    return Outcome.of(scenario, "", calls.since(), recovered, broken);
  }

  private MixedLoad loadOf(Layout wanted) throws IOException, InterruptedException {
    if (load == null || layout != wanted) {
      close();
      layout = wanted;
      Path place = Files.createDirectories(folder.resolve("cluster-" + ++clusters));
      Cluster next = new Cluster(wanted, place);
      cluster = next;
      next.start();
      watch = new Watch();
      load = new MixedLoad(next.port(), watch, next.written());
      load.start();
    }
    return load;
  }

  @Override
  public synchronized void close() {
    if (load != null) {
      load.close();
      load = null;
    }
    if (cluster != null) {
      cluster.close();
      cluster = null;
    }
  }
}
