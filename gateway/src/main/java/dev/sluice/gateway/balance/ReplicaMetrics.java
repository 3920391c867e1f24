package dev.sluice.gateway.balance;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs which replicas of a service get no calls. */
final class ReplicaMetrics implements Verdicts {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaMetrics.class);

  private final String service;
  private final MeterRegistry registry;

  ReplicaMetrics(String service, MeterRegistry registry) {
    this.service = service;
    this.registry = registry;
  }

  @Override
  public void ejected(Replica replica, Fault fault, long nanos) {
    String reason = fault.name().toLowerCase(Locale.ROOT);
    registry.counter("sluice.replica.ejections", "service", service, "reason", reason).increment();
    LOG.warn(
        "{} {} gets no calls for {} ms: {}",
        service,
        replica,
        Duration.ofNanos(nanos).toMillis(),
        reason);
  }

  @Override
  public void readmitted(Replica replica) {
    LOG.info("{} {} gets calls again", service, replica);
  }
}
