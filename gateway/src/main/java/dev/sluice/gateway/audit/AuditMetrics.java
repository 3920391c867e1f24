package dev.sluice.gateway.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts lines of the audit log. */
final class AuditMetrics {

  static final String LINES = "sluice.audit.lines";

  private final Counter written;
  private final Counter leftOut;
  private final Counter failed;

  AuditMetrics(MeterRegistry registry) {
    written = counter(registry, "written");
    leftOut = counter(registry, "left_out");
    failed = counter(registry, "failed");
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder(LINES)
        .description("Lines of the audit log by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  void written(int lines) {
    written.increment(lines);
  }

  /** Of refused calls, of which there were too many. */
  void leftOut() {
    leftOut.increment();
  }

  /** Nowhere to write it. */
  void failed(long lines) {
    failed.increment((double) lines);
  }
}
