package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Arrival;
import dev.sluice.serving.inference.fake.Counts;
import java.util.function.Consumer;

/** A server under load, with its accelerator. Owns both. */
interface Side extends AutoCloseable {

  /**
   * Sends a request.
   *
   * @param deadline {@code System.nanoTime} at which nobody waits for it any more
   * @param end told once, on any thread
   */
  void send(Arrival arrival, long deadline, Consumer<Ending> end);

  /** What its accelerator did. */
  Counts counts();

  @Override
  void close();
}
