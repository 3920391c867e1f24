package dev.sluice.serving.batching.simulation;

/** Runs that are not stopped early: what a policy does at a load that may be too much. */
public final class FullRun {

  private static final int COUNTED = 5_000;
  private static final int WARM_UP = COUNTED / 5;
  private static final double LONG = 3;

  private FullRun() {}

  /** What became of the requests, all seeds counted together. */
  public static Outcome of(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    return run(1, policy, workload, load, accelerator, seeds);
  }

  private static Outcome run(
      double length,
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    int warmUp = (int) (length * WARM_UP);
    int counted = (int) (length * COUNTED);
    Outcome outcome = new Outcome(warmUp);
    for (long seed : seeds) {
      Simulation.run(
          workload.arrivals(load, accelerator, warmUp + counted, seed),
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

  /**
   * As {@link #goodput}, over a time that is long beside the deadlines and the same at every load
   * above 1: what a queue can swallow while it fills does not count as lasting.
   */
  public static double sustained(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    double length = LONG * Math.max(1, load);
    return load * run(length, policy, workload, load, accelerator, seeds).usefulPart();
  }

  /** The part of the accelerator's time that went into requests met, as {@link #sustained}. */
  public static double usefulTime(
      PolicyFactory policy, Workload workload, double load, Accelerator accelerator, long seed) {
    double length = LONG * Math.max(1, load);
    return run(length, policy, workload, load, accelerator, seed).usefulTime(accelerator.slots());
  }

  /** Of a flooded workload, the part met of the victims' requests. */
  public static double victims(
      PolicyFactory policy,
      Workload workload,
      double load,
      Accelerator accelerator,
      long... seeds) {
    Outcome outcome = of(policy, workload.flooded(), load, accelerator, seeds);
    int met = 0;
    int all = 0;
    for (String victim : Workload.victims()) {
      met += outcome.tenant(victim).met();
      all += outcome.tenant(victim).met() + outcome.tenant(victim).missed();
    }
    return (double) met / all;
  }
}
