package dev.sluice.serving.batching.simulation;

import java.util.List;

/**
 * What decides which items run together, when, and which requests are refused. Driven by {@link
 * Simulation} with a virtual clock; one policy serves one run.
 */
public interface Policy {

  /** What to do now. */
  sealed interface Step {

    /** Send these items to a slot as one batch. Ask again at once. */
    record Run(int slot, List<Item> items) implements Step {}

    /** Nothing now; ask again after the next event, or at this time at the latest. */
    record Wait(long until) implements Step {

      /** Nothing before the next event. */
      public static final Wait FOR_EVENT = new Wait(Long.MAX_VALUE);
    }
  }

  /** A request arrives. False: refused, all of it. */
  boolean arrive(Arrival arrival, long now);

  /** Asked after every event and at the time that the last {@link Step.Wait} named. */
  Step next(long now);

  /** The answer of a batch, in the order in which the slot got them, reached the server. */
  void completed(int slot, List<Item> items, long now);

  /** Requests that the policy gave up since it was last asked, all items of them. */
  default List<Arrival> dropped() {
    return List.of();
  }

  /** Tokens that each item of a batch is padded to, where the backend pads. */
  default int paddedTo(int longest) {
    return longest;
  }
}
