package dev.sluice.serving.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** The bucket bounds of every latency histogram, so that they can be added up and compared. */
public final class LatencyBuckets {

  /** From 1 ms to 60 s. */
  public static final Duration[] BOUNDS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private LatencyBuckets() {}
}
