package dev.sluice.serving.metrics;

import com.google.protobuf.ByteString;
import dev.sluice.serving.config.BuildVersion;
import io.grpc.ClientInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * The meters of one process: those that every process has, and the registry for all others.
 * Histograms carry the ids of recorded spans. {@link #close} stops them.
 */
public final class ProcessMetrics implements AutoCloseable {

  /** What alerts count is there from the start, so that rates see the first one. */
  private static final Code[] EXPECTED = {
    Code.OK, Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE
  };

  private final ExpositionFormats formats = ExpositionFormats.init();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new CurrentSpan());
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final MetricCollectingServerInterceptor serverCalls;

  public ProcessMetrics() {
    // Filters come before all meters.
    registry.config().meterFilter(NettyMetrics.filter());
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.start.time")); // below
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("jvm.gc.concurrent")); // no pause
    io.prometheus.metrics.instrumentation.jvm.ProcessMetrics.builder()
        .register(registry.getPrometheusRegistry());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    NettyMetrics.bindTo(registry);
    Gauge.builder("sluice.build.info", () -> 1)
        .description("The version that runs")
        .tag("version", BuildVersion.read())
        .register(registry);
    serverCalls =
        new MetricCollectingServerInterceptor(
            registry,
            counter -> counter,
            timer -> timer.serviceLevelObjectives(LatencyBuckets.BOUNDS),
            EXPECTED);
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** Shows whether the process takes calls, asked at each scrape. */
  public void readyWhile(BooleanSupplier ready) {
    Gauge.builder("sluice.ready", () -> ready.getAsBoolean() ? 1 : 0)
        .description("1 while the process takes calls, 0 otherwise")
        .strongReference(true)
        .register(registry);
  }

  /** Times every call that a server answers, by method and status. */
  public MetricCollectingServerInterceptor serverCalls() {
    return serverCalls;
  }

  /** Shows the calls of a service at 0 before the first one. */
  public void expect(ServerServiceDefinition service) {
    serverCalls.preregisterService(service);
  }

  /** Times every call that a channel makes, by method and status. */
  public ClientInterceptor clientCalls() {
    return new MetricCollectingClientInterceptor(
        registry, counter -> counter, timer -> timer.serviceLevelObjectives(LatencyBuckets.BOUNDS));
  }

  /**
   * All meters in the format that a scraper prefers. Exemplars are in OpenMetrics alone.
   *
   * @param accept what it accepts, as HTTP says it; empty: anything
   */
  public Scrape scrape(String accept) {
    ByteString.Output body = ByteString.newOutput();
    var writer = formats.findWriter(accept);
    try {
      writer.write(body, registry.getPrometheusRegistry().scrape());
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory does not fail", e);
    }
    return new Scrape(writer.getContentType(), body.toByteString());
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
