package dev.sluice.generate.admission;

import dev.sluice.serving.metrics.ModelMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a gate tells Prometheus. Durations in seconds, sizes in streams and tokens. Gauges say what
 * is now, read at each scrape; all counters exist from the start.
 */
public final class GateMetrics {

  static final String WAITING = "sluice.gate.waiting.streams";
  static final String WAITING_TOKENS = "sluice.gate.waiting.tokens";
  static final String OLDEST = "sluice.gate.oldest.age.seconds";
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

  /**
   * @param model the name by which the model is served
   */
  public GateMetrics(MeterRegistry registry, String model) {
    this(new ModelMeters(registry, model), System::nanoTime);
  }

  GateMetrics(ModelMeters meters, LongSupplier clock) {
    this.clock = clock;
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, meters.counter(REFUSED, "Streams not admitted", "reason", lower(reason)));
    }
    for (Outcome outcome : Outcome.values()) {
      ended.put(
          outcome, meters.counter(ENDED, "Streams that had started", "outcome", lower(outcome)));
    }
    expired = meters.counter(EXPIRED, "Streams whose deadline passed while they waited");
    wait = meters.timer(WAIT, "From a stream's arrival to its start");
    read = tokens(meters, "in");
    written = tokens(meters, "out");
    gauge(meters, WAITING, "Streams that wait", State::waiting);
    gauge(meters, WAITING_TOKENS, "Tokens that wait to be read and written", State::waitingTokens);
    gauge(meters, RUNNING, "Streams at the model server", State::running);
    gauge(meters, LIMIT, "The most streams it is given at once", State::limit);
    meters.gauge(OLDEST, "How long the oldest stream has waited", this::oldestSeconds);
  }

  private static Counter tokens(ModelMeters meters, String direction) {
    return meters.counter(
        TOKENS, "Tokens that the model server read and wrote", "direction", direction);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void gauge(
      ModelMeters meters, String name, String description, ToDoubleFunction<State> value) {
    meters.gauge(name, description, () -> value.applyAsDouble(state));
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
