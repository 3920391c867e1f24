package dev.sluice.generate;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.metrics.ModelMeters;
import dev.sluice.serving.metrics.TokenMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * What the generate-service counts beside calls and batches. Times are those at which the caller
 * takes the text: a slow reader counts.
 */
final class GenerateMetrics {

  static final String SENTENCES = "sluice.generate.sentences";
  static final String ABSTENTIONS = "sluice.generate.abstentions";

  /** A language model writes a token in some milliseconds. */
  private static final Duration[] TOKEN_TIMES =
      LongStream.of(1, 2, 5, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final TokenMetrics tokens;
  private final Counter sentences;
  private final Counter abstentions;

  GenerateMetrics(MeterRegistry registry) {
    this.registry = registry;
    tokens = new TokenMetrics(registry);
    sentences =
        Counter.builder(SENTENCES).description("Sentences shown as answers").register(registry);
    abstentions =
        Counter.builder(ABSTENTIONS)
            .description("Questions that no document supported an answer to")
            .register(registry);
  }

  /** A model is there: its meters exist before its first call. */
  void expect(String model) {
    firstToken(model);
    tokenTime(model);
    tokens.read(model, 0);
    tokens.wrote(model, 0);
  }

  private Timer firstToken(String model) {
    return new ModelMeters(registry, model)
        .timer(
            "sluice.generate.time.to.first.token",
            "From a call's arrival to the first text or function call that its model writes");
  }

  private Timer tokenTime(String model) {
    return new ModelMeters(registry, model)
        .timer(
            "sluice.generate.time.per.output.token",
            "Mean time between the tokens of a text of two or more",
            TOKEN_TIMES);
  }

  /** A model wrote the first of its text. */
  void began(String model, long nanosSinceArrival) {
    firstToken(model).record(nanosSinceArrival, TimeUnit.NANOSECONDS);
  }

  /**
   * A text was written to its end.
   *
   * @param nanos since its first token; 0 where none was written
   */
  void completed(String model, Completion completion, long nanos) {
    Usage usage = completion.usage();
    tokens.read(model, usage.getPromptTokenCount());
    tokens.wrote(model, usage.getCompletionTokenCount());
    if (usage.getCompletionTokenCount() > 1) {
      tokenTime(model).record(nanos / (usage.getCompletionTokenCount() - 1), TimeUnit.NANOSECONDS);
    }
    sentences.increment(completion.effort().outputs());
    if (completion.finishReason() == FinishReason.NO_SUPPORT) {
      abstentions.increment();
    }
  }
}
