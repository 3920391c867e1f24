package dev.sluice.generate.admission;

import dev.sluice.serving.metrics.LatencyBuckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a gate tells Prometheus. Durations in seconds, sizes in streams and tokens. */
public final class GateMetrics {

  static final String WAITING = "sluice.gate.waiting.streams";
  static final String WAITING_TOKENS = "sluice.gate.waiting.tokens";
  static final String OLDEST = "sluice.gate.oldest.age";
  static final String RUNNING = "sluice.gate.running";
  static final String LIMIT = "sluice.gate.limit";
  static final String REFUSED = "sluice.gate.refused";
  static final String EXPIRED = "sluice.gate.expired";
  static final String WAIT = "sluice.gate.wait";
  static final String ENDED = "sluice.gate.ended";
  static final String TOKENS = "sluice.gate.tokens";

  /**
   * The gate at one time.
   *
   * @param oldestArrival {@code System.nanoTime} at which the one that waits longest came
   */
  record State(
      int waiting, long waitingTokens, int running, int limit, @Nullable Long oldestArrival) {}

  private final LongSupplier clock;
  private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
  private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
  private final Counter expired;
  private final Timer wait;
  private final Counter read;
  private final Counter written;
  private volatile State state = new State(0, 0, 0, 0, null);

  public GateMetrics(MeterRegistry registry) {
    this(registry, System::nanoTime);
  }

  GateMetrics(MeterRegistry registry, LongSupplier clock) {
    this.clock = clock;
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, registry.counter(REFUSED, "reason", reason.name()));
    }
    for (Outcome outcome : Outcome.values()) {
      ended.put(outcome, registry.counter(ENDED, "outcome", outcome.name()));
    }
    expired = registry.counter(EXPIRED);
    wait =
        Timer.builder(WAIT)
            .description("Time from a stream's arrival to its start")
            .serviceLevelObjectives(LatencyBuckets.BOUNDS)
            .register(registry);
    read = registry.counter(TOKENS, "direction", "in");
    written = registry.counter(TOKENS, "direction", "out");
    gauge(registry, WAITING, "Streams that wait", State::waiting);
    gauge(
        registry, WAITING_TOKENS, "Tokens that wait to be read and written", State::waitingTokens);
    gauge(registry, RUNNING, "Streams at the model server", State::running);
    gauge(registry, LIMIT, "The most streams it is given at once", State::limit);
    Gauge.builder(OLDEST, this, GateMetrics::oldestSeconds)
        .description("How long the oldest stream has waited")
        .baseUnit("seconds")
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<State> value) {
    Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.state))
        .description(description)
        .register(registry);
  }

  private double oldestSeconds() {
    Long arrival = state.oldestArrival();
    return arrival == null ? 0 : (clock.getAsLong() - arrival) / 1e9;
  }

  void is(State now) {
    state = now;
  }

  void refused(Refusal reason) {
    count(refused.get(reason));
  }

  void expired() {
    expired.increment();
  }

  void started(long waitedNanos) {
    wait.record(Duration.ofNanos(waitedNanos));
  }

  void ended(Outcome outcome) {
    count(ended.get(outcome));
  }

  void tokens(long in, long out) {
    read.increment((double) in);
    written.increment((double) out);
  }

  private static void count(@Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }
}
