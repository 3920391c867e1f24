package dev.sluice.serving.door;

/**
 * How many calls of a service are let in however slow they are.
 *
 * @param refusing while others are refused for their sake
 * @param calm while nobody is; as many or more
 */
public record LeastCalls(int refusing, int calm) {

  /** Neither is more than so many. */
  LeastCalls atMost(int most) {
    return new LeastCalls(Math.min(refusing, most), Math.min(calm, most));
  }
}
