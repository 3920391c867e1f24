package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.serving.tracing.Spans;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The span of one call, below that of its wire, with a child for each of its stages and an event
 * for each degradation. A stage's span lasts exactly as long as its report says.
 */
final class CallSpan {

  private final Tracer tracer;
  private final Span call;
  private final Context context;

  CallSpan(Tracer tracer, String name) {
    this.tracer = tracer;
    this.call = tracer.spanBuilder(name).startSpan();
    this.context = Context.current().with(call);
  }

  /** A stage that begins. */
  final class StageSpan {
    private final Span span;
    private final long start;

    private StageSpan(Stage stage, long start) {
      this.start = start;
      this.span =
          tracer
              .spanBuilder(stage.text())
              .setParent(context)
              .setStartTimestamp(start, TimeUnit.NANOSECONDS)
              .startSpan();
    }

    /** Where the calls that the stage makes belong. */
    Context context() {
      return context.with(span);
    }

    void end(StageReport report, long nanos) {
      span.setAttribute(Spans.OUTCOME, report.getOutcome().name().toLowerCase(Locale.ROOT));
      span.setAttribute(Spans.ATTEMPTS, report.getAttemptCount());
      span.setAttribute(Spans.INPUTS, report.getInputCount());
      span.setAttribute(Spans.OUTPUTS, report.getOutputCount());
      span.setAttribute(Spans.TOKENS, report.getTokenCount());
      if (!report.getModel().isEmpty()) {
        span.setAttribute(Spans.MODEL, report.getModel());
      }
      if (report.getOutcome() == Outcome.FAILED) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end(start + nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** A stage that began so many nanoseconds ago. */
  StageSpan stage(Stage stage, long ago) {
    return new StageSpan(stage, now() - ago);
  }

  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  void degraded(Degradation degradation) {
    call.addEvent(
        Spans.DEGRADATION,
        Attributes.of(
            Spans.STAGE,
            degradation.getStage(),
            Spans.REASON,
            degradation.getReason().name().toLowerCase(Locale.ROOT),
            Spans.EFFECT,
            degradation.getEffect().name().toLowerCase(Locale.ROOT)));
  }

  void failed() {
    call.setStatus(StatusCode.ERROR);
  }

  void end() {
    call.end();
  }
}
