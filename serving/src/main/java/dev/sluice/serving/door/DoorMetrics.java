package dev.sluice.serving.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** How many calls of a service are in and may be in, and how many were refused at the door. */
final class DoorMetrics {

  /** Why a call is refused; also told to its caller. */
  enum Reason {
    /** There are as many calls as can be answered in good time. */
    CALL_LIMIT,
    /** There are as many calls, streams among them, as the server has memory for. */
    CALL_BOUND
  }

  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);

  DoorMetrics(
      MeterRegistry registry, String service, Supplier<Number> inside, Supplier<Number> limit) {
    Gauge.builder("sluice.door.calls", inside)
        .description("Calls in work that the limit counts")
        .strongReference(true)
        .tag("service", service)
        .register(registry);
    Gauge.builder("sluice.door.limit", limit)
        .description("Calls that may be in work at once, as found out")
        .strongReference(true)
        .tag("service", service)
        .register(registry);
    for (Reason reason : Reason.values()) {
      refused.put(
          reason,
          Counter.builder("sluice.door.refused")
              .description("Calls refused before their message was read")
              .tag("service", service)
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void refused(Reason reason) {
    Counter counter = refused.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
