package dev.sluice.gateway.answer;

import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.metrics.LatencyBuckets;
import io.grpc.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What answers are measured by beside their stages. An answer without text is not counted. The
 * gateway's door is told of the first text, too.
 */
public final class AnswerMetrics {

  static final String FIRST_TOKEN = "sluice.answer.time.to.first.token";

  private final Timer firstToken;
  private final Deadline.Ticker clock;

  public AnswerMetrics(MeterRegistry registry, Deadline.Ticker clock) {
    this.clock = clock;
    this.firstToken =
        Timer.builder(FIRST_TOKEN)
            .description("From a call's arrival to the first text of its answer")
            .serviceLevelObjectives(LatencyBuckets.BOUNDS)
            .register(registry);
  }

  /** A call arrives; its first text is timed on the way to the sink. */
  Consumer<AnswerEvent> timed(Consumer<AnswerEvent> sink) {
    return new FirstText(clock.nanoTime(), sink);
  }

  private final class FirstText implements Consumer<AnswerEvent> {

    private final long arrival;
    private final Consumer<AnswerEvent> sink;
    private final Entry entry = Entry.current();
    private boolean seen;

    FirstText(long arrival, Consumer<AnswerEvent> sink) {
      this.arrival = arrival;
      this.sink = sink;
    }

    @Override
    public void accept(AnswerEvent event) {
      if (!seen && !event.getTextDelta().getText().isEmpty()) {
        seen = true;
        entry.answering();
        firstToken.record(clock.nanoTime() - arrival, TimeUnit.NANOSECONDS);
      }
      sink.accept(event);
    }
  }
}
