package dev.sluice.serving.batching.simulation;

/** Makes the policy of a run. */
@FunctionalInterface
public interface PolicyFactory {

  Policy create(Accelerator accelerator);
}
