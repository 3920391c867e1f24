package dev.sluice.bench;

import dev.sluice.serving.batching.SchedulerPolicy;
import dev.sluice.serving.batching.simulation.Finding;
import dev.sluice.serving.batching.simulation.Report;
import dev.sluice.serving.batching.simulation.Texts;
import java.time.Duration;
import java.util.List;

/** The batcher's rule under a virtual clock, against the rules of other servers. */
final class BatchingSim implements Benchmark {

  private static final long[] SEEDS = {5_001, 5_002, 5_003};

  @Override
  public String name() {
    return "batching-sim";
  }

  @Override
  public String measures() {
    return "simulated batching against other servers' rules, each at its best setting";
  }

  @Override
  public String takes() {
    return "about 15 minutes";
  }

  @Override
  public List<Row> run(List<String> options) {
    long start = System.nanoTime();
    var report =
        new Report(
            SchedulerPolicy::new,
            Texts.HELD_OUT,
            SEEDS,
            step ->
                System.err.printf(
                    "%4d s  %s%n", Duration.ofNanos(System.nanoTime() - start).toSeconds(), step));
    return report.findings().stream().map(this::row).toList();
  }

  private Row row(Finding finding) {
    return Row.of(
        name(),
        "workload",
        finding.workload(),
        "figure",
        finding.figure(),
        "server",
        finding.server(),
        "median",
        finding.spread().median(),
        "least",
        finding.spread().least(),
        "most",
        finding.spread().most(),
        "ours_is_times",
        finding.ours(),
        "setting",
        finding.knobs());
  }
}
