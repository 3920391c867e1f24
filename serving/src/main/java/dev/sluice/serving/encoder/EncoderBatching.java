package dev.sluice.serving.encoder;

import dev.sluice.serving.batching.BatchLimits;

/**
 * How an in-process encoder is to be batched on a CPU: as many batches side by side as there are
 * slots, one thread each. A model whose outputs depend on their batch gets batches of one.
 */
public final class EncoderBatching {

  /** Keeps one batch below some hundred milliseconds on a CPU core. */
  private static final int MAX_BATCH_TOKENS = 4096;

  private static final int MAX_BATCH_ITEMS = 32;

  private EncoderBatching() {}

  public static BatchLimits limits(OnnxModel model, int slots, int maxQueuedTokens) {
    return new BatchLimits(
        1,
        slots,
        model.batchSensitive() ? 1 : MAX_BATCH_ITEMS,
        MAX_BATCH_TOKENS,
        true,
        maxQueuedTokens);
  }
}
