package dev.sluice.serving.batching;

/**
 * What a model can take at once. Nothing here is to be tuned: batches are sized by what the model
 * turns out to cost, and these bounds protect its memory and ours.
 *
 * @param replicas copies of the model, numbered from 0
 * @param slots batches that one replica runs side by side
 * @param maxItems the most items of a batch
 * @param maxTokens the most tokens of a batch, padding counted; an item that is longer alone makes
 *     a batch of its own
 * @param padded whether the model pads each item to the longest of its batch, so that a batch costs
 *     {@code items · longest} rather than the sum of the lengths
 * @param maxQueuedTokens the most tokens that may wait
 */
public record BatchLimits(
    int replicas, int slots, int maxItems, long maxTokens, boolean padded, long maxQueuedTokens) {

  /** Lengths are padded to a multiple of this many tokens. */
  static final int STEP = 8;

  public BatchLimits {
    if (replicas < 1 || slots < 1 || maxItems < 1 || maxTokens < 1 || maxQueuedTokens < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** Slots of all replicas. */
  int totalSlots() {
    return replicas * slots;
  }

  /** Tokens that a batch of so many items costs. */
  long cost(int items, long longest, long sum) {
    return padded ? items * roundUp(longest) : sum;
  }

  static long roundUp(long tokens) {
    return (tokens + STEP - 1) / STEP * STEP;
  }
}
