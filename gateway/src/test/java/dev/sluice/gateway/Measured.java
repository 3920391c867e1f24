package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sluice.gateway.search.StageMetrics;
import dev.sluice.serving.tracing.RecordedSpans;
import dev.sluice.serving.tracing.Spans;
import dev.sluice.serving.tracing.Tracing;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
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

  private final RecordedSpans spans = new RecordedSpans();
  private @Nullable MeterRegistry registry;
  private Map<String, Double> before = Map.of();

  Tracing tracing() {
    return spans.tracing("gateway");
  }

  void read(MeterRegistry meters) {
    registry = meters;
  }

  void begin() {
    spans.clear();
    before = meters();
  }

  /** Spans of pipelines and stages; calls that are refused have one of their wire. */
  int finishedSpans() {
    return (int)
        spans.ended().stream()
            .filter(span -> span.getKind() == SpanKind.INTERNAL)
            .filter(span -> !span.getName().equals(Spans.DOCUMENT))
            .count();
  }

  /** Histograms, spans and counters say what the call said, and in any case the same. */
  void agree(Ended ended) throws InterruptedException {
    SpanData call = call();
    List<SpanData> stages = spans.ended().stream().filter(Measured::isStage).toList();
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
        "the call's span has ended", () -> spans.ended().stream().anyMatch(Measured::isCall));
    return spans.ended().stream().filter(Measured::isCall).findFirst().orElseThrow();
  }

  private static boolean isCall(SpanData span) {
    return span.getName().equals("search") || span.getName().equals("answer");
  }

  private static boolean isStage(SpanData span) {
    return span.getKind() == SpanKind.INTERNAL && !isCall(span);
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
