package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sluice.gateway.search.StageMetrics;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway told of its calls besides answering them, since {@link #begin}: spans, histograms,
 * counters.
 */
final class Measured {

  private static final AttributeKey<String> STAGE = AttributeKey.stringKey("sluice.stage");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("sluice.reason");

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private @Nullable MeterRegistry registry;
  private Map<String, Double> before = Map.of();

  OpenTelemetry openTelemetry() {
    return OpenTelemetrySdk.builder().setTracerProvider(tracers).build();
  }

  void read(MeterRegistry meters) {
    registry = meters;
  }

  void begin() {
    spans.reset();
    before = meters();
  }

  int finishedSpans() {
    return spans.getFinishedSpanItems().size();
  }

  /** Histograms, spans and counters say what the call said, and in any case the same. */
  void agree(Ended ended) throws InterruptedException {
    SpanData call = call();
    List<SpanData> stages =
        spans.getFinishedSpanItems().stream().filter(span -> !isCall(span)).toList();
    if (!ended.reports().isEmpty()) {
      assertThat(stages)
          .map(Measured::told)
          .containsExactlyInAnyOrderElementsOf(told(ended.reports()));
    }
    assertThat(stages)
        .allMatch(span -> span.getParentSpanId().equals(call.getSpanContext().getSpanId()));
    if (ended.tellsDegradations()) {
      assertThat(call.getEvents())
          .map(Measured::told)
          .containsExactlyElementsOf(ended.degradations().stream().map(Measured::told).toList());
    }
    assertThat(since()).isEqualTo(expected(stages, call.getEvents()));
  }

  /** The span of the call ends a moment after the caller has its answer. */
  private SpanData call() throws InterruptedException {
    Await.that(
        "the call's span has ended",
        () -> spans.getFinishedSpanItems().stream().anyMatch(Measured::isCall));
    return spans.getFinishedSpanItems().stream().filter(Measured::isCall).findFirst().orElseThrow();
  }

  private static boolean isCall(SpanData span) {
    return span.getName().equals("search") || span.getName().equals("answer");
  }

  private static String told(SpanData span) {
    return span.getName()
        + " "
        + text(span, "sluice.outcome")
        + " "
        + (span.getEndEpochNanos() - span.getStartEpochNanos())
        + " ns";
  }

  private static List<String> told(List<StageReport> reports) {
    return reports.stream()
        .map(report ->
            report.getStage()
                + " "
                + lower(report.getOutcome())
                + " "
                + Durations.toNanos(report.getTotalTime())
                + " ns")
        .toList();
  }

  private static String told(EventData event) {
    return event.getAttributes().asMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(AttributeKey::getKey)))
        .map(entry -> String.valueOf(entry.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** In the order of the attributes' names: effect, reason, stage. */
  private static String told(Degradation degradation) {
    return lower(degradation.getEffect())
        + " "
        + lower(degradation.getReason())
        + " "
        + degradation.getStage();
  }

  private static String text(SpanData span, String attribute) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(attribute)));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Double> expected(List<SpanData> stages, List<EventData> lost) {
    Map<String, Double> expected = new TreeMap<>();
    for (SpanData span : stages) {
      String name = span.getName() + " " + text(span, "sluice.outcome");
      expected.merge(name + " count", 1.0, Double::sum);
      expected.merge(
          name + " ns",
          (double) (span.getEndEpochNanos() - span.getStartEpochNanos()),
          Double::sum);
    }
    lost.forEach(each ->
        expected.merge(
            each.getAttributes().get(STAGE) + " " + each.getAttributes().get(REASON),
            1.0,
            Double::sum));
    expected.values().removeIf(value -> value == 0);
    return expected;
  }

  private Map<String, Double> since() {
    Map<String, Double> since = new TreeMap<>(meters());
    since.replaceAll((name, value) -> value - before.getOrDefault(name, 0.0));
    since.values().removeIf(value -> value == 0);
    return since;
  }

  private Map<String, Double> meters() {
    Map<String, Double> meters = new TreeMap<>();
    for (Meter meter : Objects.requireNonNull(registry).getMeters()) {
      switch (meter) {
        case Timer timer when timer.getId().getName().equals(StageMetrics.STAGE_DURATION) -> {
          String name = timer.getId().getTag("stage") + " " + timer.getId().getTag("outcome");
          meters.put(name + " count", (double) timer.count());
          meters.put(name + " ns", timer.totalTime(TimeUnit.NANOSECONDS));
        }
        case Counter counter when counter.getId().getName().equals(StageMetrics.DEGRADATIONS) ->
            meters.put(
                counter.getId().getTag("stage") + " " + counter.getId().getTag("reason"),
                counter.count());
        default -> {}
      }
    }
    return meters;
  }
}
