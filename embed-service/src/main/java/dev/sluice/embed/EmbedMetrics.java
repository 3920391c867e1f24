package dev.sluice.embed;

import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.metrics.TokenMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** What the embed-service counts beside calls and batches. */
final class EmbedMetrics {

  static final String TEXTS = "sluice.embed.texts";
  static final String TRUNCATED = "sluice.embed.truncated";

  private final Counter texts;
  private final Counter truncated;
  private final TokenMetrics tokens;

  EmbedMetrics(MeterRegistry registry) {
    texts = Counter.builder(TEXTS).description("Texts embedded").register(registry);
    truncated =
        Counter.builder(TRUNCATED)
            .description("Texts of which the model could not read all")
            .register(registry);
    tokens = new TokenMetrics(registry);
  }

  void embedded(String model, List<TokenSequence> inputs) {
    texts.increment(inputs.size());
    truncated.increment((double) inputs.stream().filter(TokenSequence::truncated).count());
    tokens.read(model, inputs.stream().mapToLong(TokenSequence::length).sum());
  }
}
