package dev.sluice.embed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the embed-service counts beside calls and batches. */
final class EmbedMetrics {

  static final String TEXTS = "sluice.embed.texts";
  static final String TRUNCATED = "sluice.embed.truncated";

  private final Counter texts;
  private final Counter truncated;

  EmbedMetrics(MeterRegistry registry) {
    texts = Counter.builder(TEXTS).description("Texts embedded").register(registry);
    truncated =
        Counter.builder(TRUNCATED)
            .description("Texts of which the model could not read all")
            .register(registry);
  }

  void embedded(int count, long cut) {
    texts.increment(count);
    truncated.increment((double) cut);
  }
}
