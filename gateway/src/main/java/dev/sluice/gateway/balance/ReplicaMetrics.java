package dev.sluice.gateway.balance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs which replicas of a service get no calls. The counters exist from the start. */
final class ReplicaMetrics implements Verdicts {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaMetrics.class);

  private final String service;
  private final MeterRegistry registry;

  ReplicaMetrics(String service, MeterRegistry registry) {
    this.service = service;
    this.registry = registry;
    for (Fault fault : Fault.values()) {
      ejections(fault);
    }
  }

  @Override
  public void ejected(Replica replica, Fault fault, long nanos) {
    ejections(fault).increment();
    LOG.warn(
        "{} {} gets no calls for {} ms: {}",
        service,
        replica,
        Duration.ofNanos(nanos).toMillis(),
        reason(fault));
  }

  private Counter ejections(Fault fault) {
    return Counter.builder("sluice.replica.ejections")
        .description("Replicas that got no calls for a while")
        .tags("service", service, "reason", reason(fault))
        .register(registry);
  }

  private static String reason(Fault fault) {
    return fault.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void readmitted(Replica replica) {
    LOG.info("{} {} gets calls again", service, replica);
  }
}
