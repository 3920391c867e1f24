package dev.sluice.serving.tracing;

import dev.sluice.serving.config.BuildVersion;
import io.grpc.Context;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The spans of one process: its calls find it in their gRPC context, and so does all that is done
 * for them. Owns what sends them; {@link #close} sends what waits, for some seconds at most.
 */
public final class Tracing implements AutoCloseable {

  /** Nothing is traced; costs nothing. */
  public static final Tracing OFF = new Tracing("", TracerProvider.noop(), false, () -> {});

  private static final Context.Key<Tracing> KEY = Context.keyWithDefault("sluice-tracing", OFF);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long FLUSH_SECONDS = 5;

  private final String service;
  private final Tracer tracer;
  private final boolean on;
  private final Runnable end;

  private Tracing(String service, TracerProvider provider, boolean on, Runnable end) {
    this.service = service;
    this.tracer = provider.get("dev.sluice");
    this.on = on;
    this.end = end;
  }

  /**
   * The spans of a process as it is configured.
   *
   * @param process as "embed"
   */
  public static Tracing start(TracingConfig config, String process, MeterRegistry registry) {
    return config.isOn() ? sending(config, process, registry) : OFF;
  }

  private static Tracing sending(TracingConfig config, String process, MeterRegistry registry) {
    String service = "sluice-" + process;
    var exporter =
        OtlpGrpcSpanExporter.builder().setEndpoint(config.endpoint()).setTimeout(TIMEOUT).build();
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setSampler(RootSampler.of(config.sample()))
            .setResource(resource(config, service))
            .addSpanProcessor(new SpanExport(config.endpoint(), exporter, TIMEOUT, registry))
            .build();
    return new Tracing(
        service, provider, true, () -> provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS));
  }

  private static Resource resource(TracingConfig config, String service) {
    AttributesBuilder attributes = Attributes.builder();
    attributes.put("service.version", BuildVersion.read());
    attributes.put("service.instance.id", UUID.randomUUID().toString());
    config.attributes().forEach(attributes::put);
    attributes.put("service.name", service);
    return Resource.getDefault().merge(Resource.create(attributes.build()));
  }

  /**
   * Spans that somebody else takes.
   *
   * @param provider stays its owner's
   */
  public static Tracing by(String process, TracerProvider provider) {
    return new Tracing("sluice-" + process, provider, true, () -> {});
  }

  /** That of the call that the current {@link Context} belongs to. */
  public static Tracing current() {
    return KEY.get();
  }

  /** A context in which this is the current one. */
  public Context in(Context context) {
    return context.withValue(KEY, this);
  }

  /**
   * Does something with a span as the current one, which then ends; nothing more if it is invalid.
   */
  public void during(Span span, Runnable work) {
    if (!span.getSpanContext().isValid()) {
      work.run();
      return;
    }
    var context = io.opentelemetry.context.Context.current().with(span);
    try {
      GrpcContextStorage.in(in(Context.current()), context).run(work);
    } finally {
      span.end();
    }
  }

  /** The name in its spans, as "sluice-embed"; empty where nothing is traced. */
  public String service() {
    return service;
  }

  public Tracer tracer() {
    return tracer;
  }

  boolean isOn() {
    return on;
  }

  /** To stand outside of all others; none where nothing is traced. */
  public Optional<ServerInterceptor> serverSpans() {
    return on ? Optional.of(new ServerSpans(this)) : Optional.empty();
  }

  @Override
  public void close() {
    end.run();
  }
}
