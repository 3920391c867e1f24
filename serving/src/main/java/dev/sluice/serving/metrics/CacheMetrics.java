package dev.sluice.serving.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/**
 * The caches of one kind in a process: one for each model that has one, shown as their sum. Sizes
 * are read at each scrape.
 */
public final class CacheMetrics {

  /** A cache, as large as it is now. */
  public interface Sized {

    /** What it holds. */
    long entries();

    /** The memory that it takes. */
    long bytes();
  }

  private final List<Sized> shown = new CopyOnWriteArrayList<>();
  private final Counter hits;
  private final Counter misses;

  /**
   * @param cache names the kind, as "rerank_passages"
   */
  public CacheMetrics(MeterRegistry registry, String cache) {
    hits = lookups(registry, cache, "hit");
    misses = lookups(registry, cache, "miss");
    gauge(registry, "sluice.cache.entries", "Entries in the cache", cache, Sized::entries);
    gauge(registry, "sluice.cache.bytes", "Memory that the cache takes", cache, Sized::bytes);
  }

  private static Counter lookups(MeterRegistry registry, String cache, String result) {
    return Counter.builder("sluice.cache.lookups")
        .description("Looked up in the cache, by whether it was there")
        .tags("cache", cache, "result", result)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      String cache,
      ToLongFunction<Sized> size) {
    Gauge.builder(name, () -> shown.stream().mapToLong(size).sum())
        .description(description)
        .tags("cache", cache)
        .strongReference(true)
        .register(registry);
  }

  /** Counts a cache in from now on. */
  public void show(Sized cache) {
    shown.add(cache);
  }

  /** Counts a cache out that is used no more. */
  public void hide(Sized cache) {
    shown.remove(cache);
  }

  /** So many were there, so many were not. */
  public void lookedUp(long found, long missing) {
    hits.increment((double) found);
    misses.increment((double) missing);
  }
}
