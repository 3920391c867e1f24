package dev.sluice.bench.batching;

import dev.sluice.serving.inference.fake.FakeModel;
import java.util.List;
import java.util.function.LongFunction;

/**
 * One of those that are compared.
 *
 * @param baseline whether it is not Sluice
 * @param guess a load that it may carry
 * @param step by what factor that may be wrong
 * @param start starts it with a seed for its accelerator's noise
 */
record Contender(
    boolean baseline,
    String name,
    String setting,
    double guess,
    double step,
    LongFunction<Side> start) {

  static final FakeModel MODEL = FakeModel.EMBED.withDimension(384);
  private static final double SLUICE_GUESS = 0.3;

  /** Sluice with its defaults, and Triton at its best for the scenario, padded in two ways. */
  static List<Contender> of(Scenario scenario) {
    return List.of(
        sluice(scenario), triton(scenario, Padding.OWN), triton(scenario, Padding.BUCKETS));
  }

  private static Contender sluice(Scenario scenario) {
    return new Contender(
        false,
        "sluice",
        "defaults",
        SLUICE_GUESS,
        1.6,
        seed -> new SluiceSide(MODEL, scenario.accelerator(), seed));
  }

  private static Contender triton(Scenario scenario, Padding padding) {
    var tuned = new TritonTuning(scenario.workload(), scenario.accelerator()).best(padding);
    System.err.printf(
        "%s: triton padded to %s is best at %s: %.3f under a virtual clock%n",
        scenario.name(), padding, tuned.setting(), tuned.capacity());
    return new Contender(
        true,
        "triton-" + padding,
        tuned.setting().toString(),
        tuned.capacity(),
        1.25,
        seed -> new TritonSide(MODEL, tuned.setting(), scenario.accelerator(), seed));
  }
}
