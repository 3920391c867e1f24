package dev.sluice.serving.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every span that ended, in this process. */
public final class RecordedSpans implements SpanExporter {

  private final List<SpanData> ended = new CopyOnWriteArrayList<>();

  /** Tells all spans to this, those of unsampled traces apart. */
  public Tracing tracing(String process) {
    return Tracing.by(
        process,
        SdkTracerProvider.builder()
            .setSampler(RootSampler.of(1))
            .addSpanProcessor(SimpleSpanProcessor.create(this))
            .build());
  }

  public List<SpanData> ended() {
    return List.copyOf(ended);
  }

  public void clear() {
    ended.clear();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    ended.addAll(spans);
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
