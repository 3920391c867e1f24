package dev.sluice.serving.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;

/** When certificates end, and how often new ones were of no use. */
final class TlsMetrics {

  private static final String USE = "use";

  private final Counter failures;
  private volatile double expiry = Double.NaN;

  /**
   * @param use of a closed set: servers, and what channels lead to
   */
  TlsMetrics(String use, MeterRegistry registry) {
    failures =
        Counter.builder("sluice.tls.reload.failures")
            .description("New certificates, keys or authorities that were of no use")
            .tag(USE, use)
            .register(registry);
    Gauge.builder("sluice.tls.certificate.expiry", () -> expiry)
        .description("When the first of the certificates shown ends, since 1970")
        .baseUnit("seconds")
        .tag(USE, use)
        .strongReference(true)
        .register(registry);
  }

  void failed() {
    failures.increment();
  }

  void expires(Optional<Instant> end) {
    expiry = end.map(Instant::getEpochSecond).map(Long::doubleValue).orElse(Double.NaN);
  }
}
