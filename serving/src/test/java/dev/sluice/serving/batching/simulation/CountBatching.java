package dev.sluice.serving.batching.simulation;

/**
 * So many items in order of arrival, padded in the backend; the oldest waits at most a delay for
 * more. TorchServe, DJL Serving, Ray Serve, KServe's batcher, Triton with ragged batching. Each
 * text is its own entry, so that big requests are split, and a batch is formed when a slot is idle
 * and not before.
 */
record CountBatching(int mostItems, long delay) implements BatchRule {

  @Override
  public Forming begin() {
    return item -> true;
  }

  @Override
  public String toString() {
    return "items=" + mostItems + " delay=" + delay / 1_000_000 + "ms";
  }
}
