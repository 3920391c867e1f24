package dev.sluice.rerank;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the rerank-service counts beside calls and batches. */
final class RerankMetrics {

  static final String DOCUMENTS = "sluice.rerank.documents";
  static final String TRUNCATED = "sluice.rerank.truncated";
  static final String CACHE_HITS = "sluice.rerank.cache.hits";
  static final String CACHE_MISSES = "sluice.rerank.cache.misses";

  private final Counter documents;
  private final Counter truncated;
  private final Counter hits;
  private final Counter misses;

  RerankMetrics(MeterRegistry registry) {
    documents = counter(registry, DOCUMENTS, "Documents scored");
    truncated = counter(registry, TRUNCATED, "Documents of which the model could not read all");
    hits = counter(registry, CACHE_HITS, "Documents for which no model ran");
    misses = counter(registry, CACHE_MISSES, "Documents for which the model ran");
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void scored(Scoring scoring) {
    int count = scoring.scores().size();
    documents.increment(count);
    truncated.increment((double) scoring.scores().stream().filter(Score::truncated).count());
    hits.increment(scoring.cacheHits());
    misses.increment(count - scoring.cacheHits());
  }
}
