package dev.sluice.gateway.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts calls by how their callers proved who they are, and what came of it. */
final class AccessMetrics {

  static final String CALLS = "sluice.access.calls";

  /** What comes of it. */
  enum Result {
    ACCEPTED,
    UNAUTHENTICATED,
    DENIED,
    UNAVAILABLE
  }

  private final Map<Credential, Map<Result, Counter>> counters = new EnumMap<>(Credential.class);

  AccessMetrics(MeterRegistry registry) {
    for (Credential credential : Credential.values()) {
      Map<Result, Counter> results = new EnumMap<>(Result.class);
      for (Result result : Result.values()) {
        results.put(result, counter(registry, credential, result));
      }
      counters.put(credential, results);
    }
  }

  private static Counter counter(MeterRegistry registry, Credential credential, Result result) {
    return Counter.builder(CALLS)
        .description("Calls by what their callers prove who they are with, and what came of it")
        .tag("credential", credential.name().toLowerCase(Locale.ROOT))
        .tag("result", result.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  void count(Credential credential, Result result) {
    Map<Result, Counter> results = counters.get(credential);
    Counter counter = results == null ? null : results.get(result);
    if (counter != null) {
      counter.increment();
    }
  }
}
