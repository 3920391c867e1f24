package dev.sluice.generate;

import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the generate-service counts beside calls and batches. */
final class GenerateMetrics {

  static final String SENTENCES = "sluice.generate.sentences";
  static final String ABSTENTIONS = "sluice.generate.abstentions";
  static final String CACHE_LOOKUPS = "sluice.generate.cache.lookups";

  private final Counter sentences;
  private final Counter abstentions;
  private final Counter hits;
  private final Counter misses;

  GenerateMetrics(MeterRegistry registry) {
    sentences =
        Counter.builder(SENTENCES).description("Sentences shown as answers").register(registry);
    abstentions =
        Counter.builder(ABSTENTIONS)
            .description("Questions that no document supported an answer to")
            .register(registry);
    hits = lookups(registry, "hit");
    misses = lookups(registry, "miss");
  }

  private static Counter lookups(MeterRegistry registry, String result) {
    return Counter.builder(CACHE_LOOKUPS)
        .description("Documents looked up in the cache of token vectors")
        .tag("result", result)
        .register(registry);
  }

  void completed(Completion completion) {
    sentences.increment(completion.effort().outputs());
    if (completion.finishReason() == FinishReason.NO_SUPPORT) {
      abstentions.increment();
    }
  }

  void lookedUp(int found, int missing) {
    hits.increment(found);
    misses.increment(missing);
  }
}
