package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.tracing.RecordedSpans;
import dev.sluice.serving.tracing.Spans;
import dev.sluice.serving.tracing.Tracing;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a batch and its members tell of each other. */
@Timeout(60)
class BatchSpanTest {

  private final RecordedSpans spans = new RecordedSpans();
  private final Tracing tracing = spans.tracing("test");
  private final FakeModel model = new FakeModel();
  private final Batcher<Integer, Integer> batcher =
      new Batcher<>("test", model, new BatchMetrics(new SimpleMeterRegistry(), "small"));

  @AfterEach
  void close() {
    model.gate.countDown();
    batcher.close();
  }

  private void run(Span request, Integer... inputs) {
    model.gate.countDown();
    tracing
        .in(Context.current())
        .run(() -> {
          try (Scope _ = request.makeCurrent()) {
            batcher.run(List.of(inputs), Deadline.after(30, TimeUnit.SECONDS));
          } finally {
            request.end();
          }
        });
  }

  private Span request() {
    return tracing.tracer().spanBuilder("request").startSpan();
  }

  private List<SpanData> batches() {
    batcher.close(); // the batch's span ends after its outputs were given
    return spans.ended().stream().filter(span -> span.getName().equals(Spans.BATCH)).toList();
  }

  private SpanData ended(Span request) {
    return spans.ended().stream()
        .filter(span -> span.getSpanContext().equals(request.getSpanContext()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aBatchIsATraceOfItsOwnLinkedToItsRequestsAndTheyToIt() {
    Span request = request();
    run(request, 1, 2, 3);
    SpanData batch = batches().getFirst();
    assertThat(batch.getParentSpanContext().isValid()).isFalse();
    assertThat(batch.getTraceId()).isNotEqualTo(request.getSpanContext().getTraceId());
    assertThat(batch.getLinks())
        .map(LinkData::getSpanContext)
        .containsExactly(request.getSpanContext());
    assertThat(ended(request).getLinks())
        .map(LinkData::getSpanContext)
        .containsExactly(batch.getSpanContext());
    assertThat(ended(request).getEvents())
        .singleElement()
        .satisfies(event ->
            assertThat(event.getAttributes().get(Spans.BATCH_SPAN)).isEqualTo(batch.getSpanId()));
    assertThat(batch.getAttributes().get(Spans.MODEL)).isEqualTo("small");
    assertThat(batch.getAttributes().get(Spans.ITEMS)).isEqualTo(3);
    assertThat(batch.getAttributes().get(Spans.REQUESTS)).isEqualTo(1);
    assertThat(batch.getAttributes().get(Spans.REPLICA)).isZero();
  }

  @Test
  void aBatchThatNobodyTracesHasNoSpan() {
    run(Span.getInvalid(), 1);
    run(
        Span.wrap(
            SpanContext.createFromRemoteParent(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getDefault(),
                TraceState.getDefault())),
        2);
    assertThat(batches()).isEmpty();
  }

  @Test
  void aBatchThatBreaksTheModelSaysSo() {
    assertThatThrownBy(() -> run(request(), FakeModel.POISON)).isInstanceOf(RuntimeException.class);
    assertThat(batches())
        .isNotEmpty()
        .allMatch(batch -> batch.getStatus().getStatusCode() == StatusCode.ERROR);
  }
}
