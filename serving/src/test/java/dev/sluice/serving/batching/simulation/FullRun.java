package dev.sluice.serving.batching.simulation;

/** Runs that are not stopped early: what a policy does at a load that may be too much. */
public final class FullRun {

  private static final int COUNTED = 5_000;
  private static final int WARM_UP = COUNTED / 5;

  private FullRun() {}

  /** What became of the requests, all seeds counted together. */
  public static Outcome of(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    Outcome outcome = new Outcome(WARM_UP);
    for (long seed : seeds) {
      Simulation.run(
          workload.arrivals(load, accelerator, WARM_UP + COUNTED, seed),
          policy.create(accelerator),
          accelerator,
          seed,
          outcome);
    }
    return outcome;
  }

  /** The work answered in time, as a part of what the accelerator could do without padding. */
  public static double goodput(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    return load * of(policy, workload, load, accelerator, seeds).usefulPart();
  }

  /** Of a flooded workload, the part met of the victim that fares worst. */
  public static double victims(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    Outcome outcome = of(policy, workload.flooded(), load, accelerator, seeds);
    return Workload.victims().stream()
        .mapToDouble(victim -> outcome.tenant(victim).attainment())
        .min()
        .orElseThrow();
  }
}
