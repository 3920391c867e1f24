package dev.sluice.serving.metrics;

import dev.sluice.serving.caller.CallReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Tokens that models read and wrote for requests that were answered. What a cache knew was not
 * read. Each is part of its call's {@link CallReport}. A model's counters exist from its first
 * count on, which may be 0.
 */
public final class TokenMetrics {

  private final MeterRegistry registry;

  public TokenMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A model read tokens, for the current call if there is one. */
  public void read(String model, long tokens) {
    CallReport.add(CallReport.Figure.TOKENS, tokens);
    counter(model, "input").increment((double) tokens);
  }

  /** A model wrote tokens, for the current call if there is one. */
  public void wrote(String model, long tokens) {
    CallReport.add(CallReport.Figure.TOKENS, tokens);
    counter(model, "output").increment((double) tokens);
  }

  private Counter counter(String model, String direction) {
    return new ModelMeters(registry, model)
        .counter(
            "sluice.tokens",
            "Tokens that models read and wrote for answered requests",
            "direction",
            direction);
  }
}
