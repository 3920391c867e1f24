package dev.sluice.serving.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every process has, and what it looks like in each format. */
@Timeout(60)
class ProcessMetricsTest {

  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private final ProcessMetrics metrics = new ProcessMetrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  private static Span span(TraceFlags flags) {
    return Span.wrap(SpanContext.create(TRACE, SPAN, flags, TraceState.getDefault()));
  }

  private String page(String accept) {
    return metrics.scrape(accept).body().toStringUtf8();
  }

  private Timer timer() {
    return Timer.builder("test.latency")
        .serviceLevelObjectives(LatencyBuckets.BOUNDS)
        .register(metrics.registry());
  }

  @Test
  void aTimerCarriesTheIdsOfTheSampledSpanInOpenMetrics() {
    try (Scope _ = span(TraceFlags.getSampled()).makeCurrent()) {
      timer().record(Duration.ofMillis(3));
    }

    assertThat(page(OPEN_METRICS))
        .containsPattern(
            "test_latency_seconds_bucket\\{le=\"0.005\"} 1 # \\{span_id=\"%s\",trace_id=\"%s\"} 0.003"
                .formatted(SPAN, TRACE));
    assertThat(page("")).contains("test_latency_seconds_bucket").doesNotContain(TRACE);
  }

  @Test
  void aSpanThatIsNotRecordedIsNoExemplar() {
    try (Scope _ = span(TraceFlags.getDefault()).makeCurrent()) {
      timer().record(Duration.ofMillis(3));
    }

    assertThat(page(OPEN_METRICS)).contains("test_latency_seconds_bucket").doesNotContain(TRACE);
  }

  @Test
  void theFormatIsTheOneThatTheScraperPrefers() {
    assertThat(metrics.scrape(OPEN_METRICS + ",text/plain;version=0.0.4;q=0.5").contentType())
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(metrics.scrape("text/html").contentType()).startsWith("text/plain; version=0.0.4");
    assertThat(page(OPEN_METRICS)).endsWith("# EOF\n");
  }

  @Test
  void theTimerOfAServersCallsCarriesTheIdsOfTheCallsSpan() throws Exception {
    var ended = new CountDownLatch(1);
    String name = InProcessServerBuilder.generateName();
    Server server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(
                ServerInterceptors.interceptForward(
                    new HealthStatusManager().getHealthService(),
                    new SpanAround(ended),
                    metrics.serverCalls()))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    try {
      HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance());
      ended.await();
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }

    assertThat(page(OPEN_METRICS))
        .containsPattern(
            "grpc_server_processing_duration_seconds_bucket\\{[^}]*method=\"Check\"[^}]*}"
                + " 1 # \\{span_id=\"%s\",trace_id=\"%s\"}".formatted(SPAN, TRACE));
  }

  /** Makes a span current while a call is handled. */
  private record SpanAround(CountDownLatch ended) implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      return new io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
          listener) {
        @Override
        public void onHalfClose() {
          try (Scope _ = span(TraceFlags.getSampled()).makeCurrent()) {
            super.onHalfClose();
          }
        }

        @Override
        public void onComplete() {
          try (Scope _ = span(TraceFlags.getSampled()).makeCurrent()) {
            super.onComplete();
          }
          ended.countDown();
        }
      };
    }
  }

  @Test
  void callsOfAServiceAreThereBeforeTheFirstOne() {
    metrics.expect(new HealthStatusManager().getHealthService().bindService());

    assertThat(page(""))
        .containsPattern(
            "grpc_server_processing_duration_seconds_count\\{[^}]*method=\"Check\"[^}]*"
                + "statusCode=\"UNAVAILABLE\"} 0");
  }

  @Test
  void theProcessTheMachineAndTheNetworkAreMeasured() {
    var ready = new AtomicBoolean(true);
    metrics.readyWhile(ready::get);

    assertThat(page(""))
        .contains(
            "\nsluice_ready 1.0\n",
            "\nsluice_build_info{version=\"",
            "\nprocess_cpu_seconds_total ",
            "\nprocess_start_time_seconds ",
            "\nprocess_resident_memory_bytes ",
            "\nprocess_open_fds ",
            "\njvm_memory_used_bytes{",
            "\nnetty_allocator_memory_used{",
            "\nnetty_eventexecutor_tasks_pending{");
    ready.set(false);
    assertThat(page("")).contains("\nsluice_ready 0.0\n");
  }
}
