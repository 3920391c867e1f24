package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The span of one call, with a child for each of its stages and an event for each degradation. A
 * stage's span lasts exactly as long as its report says.
 */
final class CallSpan {

  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("sluice.outcome");
  static final AttributeKey<String> MODEL = AttributeKey.stringKey("sluice.model");
  static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("sluice.attempts");
  static final AttributeKey<Long> INPUTS = AttributeKey.longKey("sluice.inputs");
  static final AttributeKey<Long> OUTPUTS = AttributeKey.longKey("sluice.outputs");
  static final AttributeKey<Long> TOKENS = AttributeKey.longKey("sluice.tokens");
  static final AttributeKey<String> STAGE = AttributeKey.stringKey("sluice.stage");
  static final AttributeKey<String> REASON = AttributeKey.stringKey("sluice.reason");
  static final AttributeKey<String> EFFECT = AttributeKey.stringKey("sluice.effect");
  static final String DEGRADATION = "degradation";

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
      span.setAttribute(OUTCOME, report.getOutcome().name().toLowerCase(Locale.ROOT));
      span.setAttribute(ATTEMPTS, report.getAttemptCount());
      span.setAttribute(INPUTS, report.getInputCount());
      span.setAttribute(OUTPUTS, report.getOutputCount());
      span.setAttribute(TOKENS, report.getTokenCount());
      if (!report.getModel().isEmpty()) {
        span.setAttribute(MODEL, report.getModel());
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
        DEGRADATION,
        Attributes.of(
            STAGE,
            degradation.getStage(),
            REASON,
            degradation.getReason().name().toLowerCase(Locale.ROOT),
            EFFECT,
            degradation.getEffect().name().toLowerCase(Locale.ROOT)));
  }

  void failed() {
    call.setStatus(StatusCode.ERROR);
  }

  void end() {
    call.end();
  }
}
