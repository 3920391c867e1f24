package dev.sluice.gateway.quota;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what quotas refused and slowed. No label names a tenant. */
final class QuotaMetrics {

  static final String REFUSALS = "sluice.quota.refusals";
  static final String DELAYS = "sluice.quota.delays";

  private final MeterRegistry registry;

  QuotaMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Quota quota : Quota.values()) {
      refusals(quota);
    }
    delays(Quota.REQUESTS);
    delays(Quota.TOKENS);
  }

  void refused(Quota quota) {
    refusals(quota).increment();
  }

  void delayed(Quota quota) {
    delays(quota).increment();
  }

  private Counter refusals(Quota quota) {
    return counter(REFUSALS, "Calls and documents refused because a quota was used up", quota);
  }

  private Counter delays(Quota quota) {
    return counter(DELAYS, "Messages of streams that a quota held back for a while", quota);
  }

  private Counter counter(String name, String description, Quota quota) {
    return Counter.builder(name)
        .description(description)
        .tag("quota", quota.text())
        .register(registry);
  }
}
