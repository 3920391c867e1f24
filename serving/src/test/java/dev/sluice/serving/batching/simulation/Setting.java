package dev.sluice.serving.batching.simulation;

/**
 * A server with all its knobs turned somewhere.
 *
 * @param server as "TokenBatching"
 * @param knobs as "tokens=2048"
 */
public record Setting(String server, String knobs, PolicyFactory factory) implements PolicyFactory {

  @Override
  public Policy create(Accelerator accelerator) {
    return factory.create(accelerator);
  }

  @Override
  public String toString() {
    return server + " " + knobs;
  }
}
