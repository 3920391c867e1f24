package dev.sluice.rerank;

import dev.sluice.serving.metrics.TokenMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the rerank-service counts beside calls and batches. */
final class RerankMetrics {

  static final String DOCUMENTS = "sluice.rerank.documents";
  static final String TRUNCATED = "sluice.rerank.truncated";

  private final Counter documents;
  private final Counter truncated;
  private final TokenMetrics tokens;

  RerankMetrics(MeterRegistry registry) {
    documents = counter(registry, DOCUMENTS, "Documents scored");
    truncated = counter(registry, TRUNCATED, "Documents of which the model could not read all");
    tokens = new TokenMetrics(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void scored(String model, Scoring scoring) {
    int count = scoring.scores().size();
    documents.increment(count);
    truncated.increment((double) scoring.scores().stream().filter(Score::truncated).count());
    tokens.read(model, scoring.timing().tokens());
  }
}
