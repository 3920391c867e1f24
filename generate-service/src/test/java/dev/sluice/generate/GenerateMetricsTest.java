package dev.sluice.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.Effort;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.Usage;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a model writes, and how much. */
class GenerateMetricsTest {

  private static final long MILLISECOND = 1_000_000;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GenerateMetrics metrics = new GenerateMetrics(registry);
  private final AtomicLong clock = new AtomicLong();
  private final List<Long> began = new ArrayList<>();
  private final TimedSink sink = new TimedSink(new Nobody(), clock::get, began::add);

  /** Reads nothing. */
  private record Nobody() implements EventSink {
    @Override
    public void text(String delta) {}

    @Override
    public void quote(int documentIndex, String words, int answerStart, int answerEnd) {}

    @Override
    public void toolCall(String id, String name, String arguments) {}
  }

  private static Completion tokens(int written) {
    return new Completion(
        FinishReason.STOP,
        Usage.newBuilder().setPromptTokenCount(30).setCompletionTokenCount(written).build(),
        OptionalDouble.empty(),
        Effort.NONE);
  }

  private Timer tokenTime() {
    return registry.get("sluice.generate.time.per.output.token").tag("model", "m").timer();
  }

  @Test
  void theTimeOfATokenIsTheMeanOfThoseAfterTheFirst() {
    metrics.completed("m", tokens(5), 40 * MILLISECOND);

    assertThat(tokenTime().count()).isOne();
    assertThat(tokenTime().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
  }

  @Test
  void aTextOfOneTokenSaysNothingAboutTheTimeOfATokenButCounts() {
    metrics.expect("m");
    metrics.completed("m", tokens(1), 0);

    assertThat(tokenTime().count()).isZero();
    assertThat(counted("input")).isEqualTo(30);
    assertThat(counted("output")).isEqualTo(1);
  }

  private double counted(String direction) {
    return registry
        .get("sluice.tokens")
        .tags("model", "m", "direction", direction)
        .counter()
        .count();
  }

  @Test
  void theFirstTextOrFunctionCallIsTheBeginning() {
    clock.set(7);
    sink.toolCall("1", "find", "{}");
    clock.set(19);
    sink.text("more");

    assertThat(began).containsExactly(7L);
    assertThat(sink.sinceFirst()).isEqualTo(12);
  }

  @Test
  void whatIsNeverWrittenNeverBegins() {
    clock.set(7);

    assertThat(began).isEmpty();
    assertThat(sink.sinceFirst()).isZero();
  }
}
