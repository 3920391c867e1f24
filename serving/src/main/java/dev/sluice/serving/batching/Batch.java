package dev.sluice.serving.batching;

import java.util.List;

/**
 * Items that run together.
 *
 * @param items in the order in which the model gets them; never empty
 * @param slot where they run
 * @param longest tokens of the longest item
 * @param realTokens tokens without padding
 * @param tokens tokens that the model computes, padding counted where it pads
 * @param sentAt when the batch was formed, in nanoseconds
 * @param predictedNanos how long the model should take
 * @param patienceNanos how long the model may take
 * @param idleNanos how long its slot had nothing to do before
 */
record Batch<I, O>(
    List<BatchItem<I, O>> items,
    Slot slot,
    int longest,
    long realTokens,
    long tokens,
    long sentAt,
    long predictedNanos,
    long patienceNanos,
    long idleNanos) {

  int replica() {
    return slot.replica();
  }

  /** Its inputs, in order. */
  List<I> inputs() {
    return items.stream().map(item -> item.input).toList();
  }

  /** Its requests, each once. */
  List<BatchRequest<I, O>> requests() {
    return items.stream().map(item -> item.request).distinct().toList();
  }
}
