package dev.sluice.serving.batching;

import com.google.protobuf.util.Durations;
import dev.sluice.type.v1.StageReport;

/**
 * Where the time of a call's batches went, in nanoseconds, and how large they were.
 *
 * @param queueNanos the longest that an item of the call waited for its batch
 * @param computeNanos the model's running time, summed over the batches
 * @param batches batches that the call took part in
 * @param tokens the call's own tokens
 * @param paddedTokens the call's own tokens with their padding
 */
public record BatchTiming(
    long queueNanos, long computeNanos, int batches, long tokens, long paddedTokens) {

  public static final BatchTiming NONE = new BatchTiming(0, 0, 0, 0, 0);

  /** Both together. */
  public BatchTiming plus(BatchTiming other) {
    return new BatchTiming(
        Math.max(queueNanos, other.queueNanos),
        computeNanos + other.computeNanos,
        batches + other.batches,
        tokens + other.tokens,
        paddedTokens + other.paddedTokens);
  }

  /** Fills in what a stage report says of batches. */
  public StageReport.Builder fill(StageReport.Builder report) {
    return report
        .setQueueTime(Durations.fromNanos(queueNanos))
        .setComputeTime(Durations.fromNanos(computeNanos))
        .setBatchCount(batches)
        .setTokenCount(tokens)
        .setPaddedTokenCount(paddedTokens);
  }
}
