package dev.sluice.generate.extractive;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** How often the cache of passages knew a document. */
final class CacheMetrics {

  static final String LOOKUPS = "sluice.generate.cache.lookups";

  private final Counter hits;
  private final Counter misses;

  CacheMetrics(MeterRegistry registry) {
    hits = lookups(registry, "hit");
    misses = lookups(registry, "miss");
  }

  private static Counter lookups(MeterRegistry registry, String result) {
    return Counter.builder(LOOKUPS)
        .description("Documents looked up in the cache of token vectors")
        .tag("result", result)
        .register(registry);
  }

  void lookedUp(int found, int missing) {
    hits.increment(found);
    misses.increment(missing);
  }
}
