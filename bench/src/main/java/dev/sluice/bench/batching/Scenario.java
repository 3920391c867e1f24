package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Accelerator;
import java.util.List;

/**
 * A workload before an accelerator: the small encoder on a GPU of {@link Accelerator#GPU}, five
 * times as slow, so that the JVM is not what is measured. Deadlines are five times as long too, but
 * for that of ingest: a run is too short to show a queue that grows for ten seconds.
 */
public record Scenario(String name, Workload workload, Accelerator accelerator) {

  private static final double SLOWER = 5;
  private static final Accelerator DEVICE =
      Accelerator.GPU.withCost(
          SLOWER * Accelerator.GPU.a(), SLOWER * Accelerator.GPU.b(), SLOWER * Accelerator.GPU.q());

  /** 4 ms to a GPU five times as fast. */
  private static final long ROUND_TRIP = 20_000_000;

  public static final List<Scenario> ALL =
      List.of(
          new Scenario("embedMix-poisson", Workload.embedMix(false), DEVICE),
          new Scenario("embedMix-bursty", Workload.embedMix(true), DEVICE),
          new Scenario("single-poisson", Workload.single(false), DEVICE),
          new Scenario("single-bursty", Workload.single(true), DEVICE),
          new Scenario("embedMix-rtt", Workload.embedMix(false), DEVICE.withRoundTrip(ROUND_TRIP)));
}
