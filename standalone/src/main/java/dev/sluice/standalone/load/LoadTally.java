package dev.sluice.standalone.load;

import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of every call of a load. Latencies count from the time at which a call was to
 * be sent, so that a sender or a server that falls behind does not look better for it.
 */
final class LoadTally {

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** How far a load has come. */
  record State(long sent, long ended, long ok, long unsent) {}

  private final Latencies ok = new Latencies();
  private final Latencies failed = new Latencies();
  private final Latencies firstToken = new Latencies();
  private final Latencies lateness = new Latencies();
  private final Map<String, Latencies> stages = new LinkedHashMap<>();
  private final Map<String, Long> codes = new TreeMap<>();
  private final Map<String, Long> reasons = new TreeMap<>();
  private long sent;
  private long unsent;
  private long degraded;
  private long unanswered;
  private @Nullable StatusRuntimeException firstFailure;

  /** A call is sent so many nanoseconds after its time. */
  synchronized void sent(long late) {
    sent++;
    lateness.add(late);
  }

  /** A call is not sent, because too many are in flight. */
  synchronized void unsent() {
    unsent++;
  }

  /**
   * A call succeeded.
   *
   * @param intended when it was to be sent, as {@code now}
   */
  synchronized void succeeded(LoadResponse response, long intended, long now) {
    count(codes, Status.Code.OK.name());
    ok.add(now - intended);
    response.firstToken().ifPresent(first -> firstToken.add(first - intended));
    response.stages().stream()
        .filter(report -> report.getOutcome() != StageReport.Outcome.SKIPPED)
        .forEach(this::ran);
    degraded += response.degradations().isEmpty() ? 0 : 1;
    response.degradations().stream()
        .map(Degradation::getReason)
        .distinct()
        .forEach(reason -> count(reasons, reason.name()));
  }

  private void ran(StageReport report) {
    var time = report.getTotalTime();
    stages
        .computeIfAbsent(report.getStage(), name -> new Latencies())
        .add(TimeUnit.SECONDS.toNanos(time.getSeconds()) + time.getNanos());
  }

  /** A call failed. */
  synchronized void failed(StatusRuntimeException failure, long intended, long now) {
    Status.Code code = failure.getStatus().getCode();
    count(codes, code.name());
    failed.add(now - intended);
    if (code == Status.Code.DEADLINE_EXCEEDED && !saidByTheGateway(failure)) {
      unanswered++;
    }
    if (firstFailure == null) {
      firstFailure = failure;
    }
  }

  /** Every failure of the gateway has details; one that the caller's own timer made has none. */
  private static boolean saidByTheGateway(StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    return trailers != null && trailers.containsKey(DETAILS);
  }

  private static void count(Map<String, Long> counts, String key) {
    counts.merge(key, 1L, Long::sum);
  }

  synchronized State state() {
    return new State(sent, ok.count() + failed.count(), ok.count(), unsent);
  }

  /**
   * What was measured.
   *
   * @param seconds from the first call's time to the last answer
   */
  synchronized LoadReport report(LoadPlan plan, double seconds) {
    return new LoadReport(
        plan,
        seconds,
        state(),
        new TreeMap<>(codes),
        unanswered,
        degraded,
        new TreeMap<>(reasons),
        percentiles(),
        Optional.ofNullable(firstFailure));
  }

  private Map<String, Percentiles> percentiles() {
    Map<String, Percentiles> rows = new LinkedHashMap<>();
    put(rows, "call", ok);
    put(rows, "first token", firstToken);
    stages.forEach((stage, latencies) -> put(rows, stage, latencies));
    put(rows, "failed call", failed);
    put(rows, "sent late by", lateness);
    return rows;
  }

  private static void put(Map<String, Percentiles> rows, String name, Latencies latencies) {
    if (latencies.count() > 0) {
      rows.put(name, latencies.percentiles());
    }
  }

  /** Nanoseconds, to three digits. */
  private static final class Latencies {

    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(DIGITS);

    void add(long nanos) {
      histogram.recordValue(Math.max(nanos, 0));
    }

    long count() {
      return histogram.getTotalCount();
    }

    Percentiles percentiles() {
      return Percentiles.of(histogram);
    }
  }
}
