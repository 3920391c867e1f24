package dev.sluice.serving.tracing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans on their way to the collector. At most {@value #MOST} wait; what is more, or does not
 * arrive, is dropped and counted, and said once until the next span arrives. No call waits for it.
 * Owns a thread, and the exporter.
 */
final class SpanExport implements SpanProcessor {

  /** Spans by what became of them. */
  static final String SPANS = "sluice.traces.spans";

  static final int MOST = 8192;

  private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);
  private static final int AT_A_TIME = 512;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final String endpoint;
  private final SpanExporter exporter;
  private final BatchSpanProcessor queue;
  private final Counter sent;
  private final Counter dropped;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();

  /**
   * @param endpoint named where it does not answer
   * @param timeout how long one request may take
   */
  SpanExport(String endpoint, SpanExporter exporter, Duration timeout, MeterRegistry registry) {
    this.endpoint = endpoint;
    this.exporter = exporter;
    this.sent = counter(registry, "sent");
    this.dropped = counter(registry, "dropped");
    this.queue =
        BatchSpanProcessor.builder(new Watched())
            .setMaxQueueSize(MOST)
            .setMaxExportBatchSize(AT_A_TIME)
            .setScheduleDelay(PAUSE)
            .setExporterTimeout(timeout.plus(PAUSE))
            .build();
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder(SPANS)
        .description("Spans by what became of them on their way to the collector")
        .tag("outcome", outcome)
        .register(registry);
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    if (waiting.incrementAndGet() > MOST) {
      waiting.decrementAndGet();
      lost(1);
    } else {
      queue.onEnd(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  private void arrived(int spans) {
    sent.increment(spans);
    if (broken.getAndSet(false)) {
      LOG.info("spans arrive at {} again", endpoint);
    }
  }

  private void lost(int spans) {
    dropped.increment(spans);
    if (!broken.getAndSet(true)) {
      LOG.warn("spans do not arrive at {} and are dropped until they do", endpoint);
    }
  }

  /** Called by the queue's thread. */
  private final class Watched implements SpanExporter {

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size();
      waiting.addAndGet(-count);
      CompletableResultCode result = exporter.export(spans);
      return result.whenComplete(() -> {
        if (result.isSuccess()) {
          arrived(count);
        } else {
          lost(count);
        }
      });
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  @Override
  public CompletableResultCode forceFlush() {
    return queue.forceFlush();
  }

  /** Sends what waits. */
  @Override
  public CompletableResultCode shutdown() {
    return queue.shutdown();
  }
}
