package dev.sluice.serving.batching;

/**
 * What a model can take at once.
 *
 * @param slots batches that run side by side
 * @param maxItems the most items of a batch
 * @param maxTokens the most tokens of a batch, padding counted; an item that is longer alone makes
 *     a batch of its own
 * @param padded whether the model pads each item to the longest of its batch, so that a batch costs
 *     {@code items · longest} rather than the sum of the lengths
 * @param maxQueuedTokens the most tokens that may wait
 */
public record BatchLimits(
    int slots, int maxItems, long maxTokens, boolean padded, long maxQueuedTokens) {

  public BatchLimits {
    if (slots < 1 || maxItems < 1 || maxTokens < 1 || maxQueuedTokens < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** Lengths are padded to a multiple of this many tokens. */
  static final int STEP = 8;

  /** Tokens that a batch of so many items costs. */
  long cost(int items, long longest, long sum) {
    return padded ? items * roundUp(longest) : sum;
  }

  private static long roundUp(long tokens) {
    return (tokens + STEP - 1) / STEP * STEP;
  }
}
