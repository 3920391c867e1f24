package dev.sluice.serving.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** The caches of all models of a process, as one. */
class CacheMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CacheMetrics metrics = new CacheMetrics(registry, "passages");

  /** A cache of fixed size; two of the same size are two caches. */
  private static final class Fixed implements CacheMetrics.Sized {
    private final long entries;

    Fixed(long entries) {
      this.entries = entries;
    }

    @Override
    public long entries() {
      return entries;
    }

    @Override
    public long bytes() {
      return entries * 100;
    }
  }

  private double gauge(String name) {
    return registry.get(name).tag("cache", "passages").gauge().value();
  }

  @Test
  void sizesAreTheSumOverTheCachesThatAreUsed() {
    var closed = new Fixed(3);
    metrics.show(closed);
    metrics.show(new Fixed(3));
    metrics.show(new Fixed(5));
    metrics.hide(closed);

    assertThat(gauge("sluice.cache.entries")).isEqualTo(8);
    assertThat(gauge("sluice.cache.bytes")).isEqualTo(800);
  }

  @Test
  void lookUpsAreCountedByWhetherTheyFound() {
    metrics.lookedUp(2, 7);

    assertThat(lookups("hit")).isEqualTo(2);
    assertThat(lookups("miss")).isEqualTo(7);
  }

  private double lookups(String result) {
    return registry.get("sluice.cache.lookups").tag("result", result).counter().count();
  }
}
