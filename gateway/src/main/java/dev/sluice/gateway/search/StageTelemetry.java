package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.type.v1.Degradation;
import io.grpc.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import java.util.function.Consumer;

/** Where the stages of all calls are told of, and the clock that measures them. */
public final class StageTelemetry {

  private final StageMetrics metrics;
  private final Tracer tracer;
  private final Deadline.Ticker clock;

  public StageTelemetry(MeterRegistry registry, Tracer tracer, Deadline.Ticker clock) {
    this.metrics = new StageMetrics(registry);
    this.tracer = tracer;
    this.clock = clock;
  }

  public Deadline.Ticker clock() {
    return clock;
  }

  /**
   * The log of a call that begins, to be closed by its thread.
   *
   * @param name of its span
   * @param listener told of each degradation as it happens
   */
  public StageLog call(String name, StageLatencies latencies, Consumer<Degradation> listener) {
    return new StageLog(metrics, new CallSpan(tracer, name), latencies, listener, clock);
  }
}
