package dev.sluice.serving.batching.simulation;

/**
 * What a server without a prediction can do against overload.
 *
 * @param mostItems a request is refused when more would wait with it
 * @param dropsExpired whether requests whose deadline passed are dropped while a batch forms
 */
public record QueueRule(int mostItems, boolean dropsExpired) {

  /** Everything waits and everything runs. */
  public static final QueueRule UNBOUNDED = new QueueRule(Integer.MAX_VALUE, false);

  @Override
  public String toString() {
    return (mostItems == Integer.MAX_VALUE ? "" : " limit=" + mostItems)
        + (dropsExpired ? " drops" : "");
  }
}
