package dev.sluice.serving.inference.fake;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a model's {@code config.pbtxt} says of dynamic batching, times in nanoseconds. Triton's
 * defaults: no delay, no bound of the queue, no timeout.
 *
 * @param maxBatchSize the most rows of a batch
 * @param preferred rows at which a batch is sent at once; none: {@code maxBatchSize}
 * @param maxQueueDelay how long a batch that has none of these sizes is held back for more calls
 * @param equalShapes whether only calls of the same shape share a batch: so unless every input
 *     allows ragged batches
 * @param maxQueueSize the most calls that wait; 0 for any number
 * @param timeout the longest that a call waits before it is rejected, and the most that a call may
 *     ask for itself; 0 for any time
 */
public record TritonConfig(
    int maxBatchSize,
    Set<Integer> preferred,
    long maxQueueDelay,
    boolean equalShapes,
    int maxQueueSize,
    long timeout) {

  public TritonConfig {
    preferred = Set.copyOf(preferred.isEmpty() ? Set.of(maxBatchSize) : preferred);
  }

  /** The two settings that people tune; the rest as Triton has it. */
  public static TritonConfig of(int maxBatchSize, long maxQueueDelay) {
    return new TritonConfig(maxBatchSize, Set.of(), maxQueueDelay, true, 0, 0);
  }

  public TritonConfig withPreferred(Integer... sizes) {
    return new TritonConfig(
        maxBatchSize, Set.of(sizes), maxQueueDelay, equalShapes, maxQueueSize, timeout);
  }

  public TritonConfig withRaggedBatches() {
    return new TritonConfig(maxBatchSize, preferred, maxQueueDelay, false, maxQueueSize, timeout);
  }

  public TritonConfig withMaxQueueSize(int calls) {
    return new TritonConfig(maxBatchSize, preferred, maxQueueDelay, equalShapes, calls, timeout);
  }

  public TritonConfig withTimeout(long nanos) {
    return new TritonConfig(
        maxBatchSize, preferred, maxQueueDelay, equalShapes, maxQueueSize, nanos);
  }

  int largestPreferred() {
    return new TreeSet<>(preferred).last();
  }

  /** Whether batches are formed before a slot asks for them: not where the queue has a policy. */
  boolean prefetches() {
    return maxQueueSize == 0 && timeout == 0;
  }
}
