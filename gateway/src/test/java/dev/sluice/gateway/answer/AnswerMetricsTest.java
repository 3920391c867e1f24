package dev.sluice.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerStarted;
import dev.sluice.gateway.v1.AnswerTextDelta;
import io.grpc.Deadline;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The time to the first text of an answer. */
class AnswerMetricsTest {

  private static final AnswerEvent STARTED =
      AnswerEvent.newBuilder().setStarted(AnswerStarted.getDefaultInstance()).build();

  /** A clock that is set. */
  private static final class Hand extends Deadline.Ticker {
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }
  }

  private final Hand clock = new Hand();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AnswerMetrics metrics = new AnswerMetrics(registry, clock);
  private final List<AnswerEvent> sent = new ArrayList<>();

  private static AnswerEvent text(String text) {
    return AnswerEvent.newBuilder()
        .setTextDelta(AnswerTextDelta.newBuilder().setText(text))
        .build();
  }

  private Timer timer() {
    return registry.get(AnswerMetrics.FIRST_TOKEN).timer();
  }

  @Test
  void anAnswerIsTimedFromItsCallToItsFirstText() {
    Consumer<AnswerEvent> sink = metrics.timed(sent::add);
    clock.now = 3;
    sink.accept(STARTED);
    clock.now = 50;
    sink.accept(text("first"));
    clock.now = 90;
    sink.accept(text(" second"));

    assertThat(timer().count()).isOne();
    assertThat(timer().totalTime(TimeUnit.NANOSECONDS)).isEqualTo(50);
    assertThat(sent).containsExactly(STARTED, text("first"), text(" second"));
  }

  @Test
  void anAnswerWithoutTextIsNotTimed() {
    metrics.timed(sent::add).accept(STARTED);

    assertThat(timer().count()).isZero();
  }
}
