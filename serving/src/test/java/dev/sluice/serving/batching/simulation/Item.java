package dev.sluice.serving.batching.simulation;

/** One text of an arrival. */
public record Item(Arrival arrival, int index) {

  /** Real tokens. */
  public int length() {
    return arrival.lengths().get(index);
  }
}
