package dev.sluice.generate;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the generate-service counts beside calls and batches. */
final class GenerateMetrics {

  static final String SENTENCES = "sluice.generate.sentences";
  static final String ABSTENTIONS = "sluice.generate.abstentions";

  private final Counter sentences;
  private final Counter abstentions;

  GenerateMetrics(MeterRegistry registry) {
    sentences =
        Counter.builder(SENTENCES).description("Sentences shown as answers").register(registry);
    abstentions =
        Counter.builder(ABSTENTIONS)
            .description("Questions that no document supported an answer to")
            .register(registry);
  }

  void completed(Completion completion) {
    sentences.increment(completion.effort().outputs());
    if (completion.finishReason() == FinishReason.NO_SUPPORT) {
      abstentions.increment();
    }
  }
}
