package dev.sluice.bench.batching;

import dev.sluice.serving.inference.fake.TritonConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What people tune: how clients pad, {@code max_batch_size} and {@code
 * max_queue_delay_microseconds}.
 */
record TritonSetting(Padding padding, int maxBatch, long delayMillis) {

  private static final int[] MAX_BATCHES = {4, 8, 16, 32, 64};

  /** 0, 1 and 5 ms on a machine five times as fast. */
  private static final long[] DELAYS = {0, 5, 25};

  static List<TritonSetting> grid(Padding padding) {
    List<TritonSetting> grid = new ArrayList<>();
    for (int maxBatch : MAX_BATCHES) {
      for (long delay : DELAYS) {
        grid.add(new TritonSetting(padding, maxBatch, delay));
      }
    }
    return grid;
  }

  TritonConfig config() {
    return TritonConfig.of(maxBatch, TimeUnit.MILLISECONDS.toNanos(delayMillis));
  }

  @Override
  public String toString() {
    return "batch " + maxBatch + ", " + delayMillis + " ms";
  }
}
