package dev.sluice.gateway.audit;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The log as calls write it. A line of a change is waited for; one of a reading is not, and is left
 * out where the log cannot keep up. One of a call that may have changed something is kept as that
 * of a change. Owns its {@link AuditWriter}.
 */
public final class AuditLog implements AutoCloseable {

  /** Standard output, in place of a file. */
  public static final String STANDARD_OUTPUT = "-";

  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long PROBE_NANOS = 1_000_000_000L;

  /** Lines a second of refused calls: a flood of them must not fill the disk. */
  static final int MOST_REFUSED = 100;

  private final AuditWriter writer;
  private final LongSupplier clock;
  private final AtomicLong nextProbe = new AtomicLong(Long.MIN_VALUE);
  private long second;
  private int refused;

  AuditLog(AuditTarget target, LongSupplier clock, MeterRegistry registry) {
    this.writer = new AuditWriter(target, new AuditMetrics(registry));
    this.clock = clock;
  }

  /**
   * Opens the log, and its counters even where there is none.
   *
   * @param file {@value #STANDARD_OUTPUT} for standard output; empty: no log
   * @throws ConfigurationException when it cannot be written
   */
  public static Optional<AuditLog> open(Optional<Path> file, MeterRegistry registry) {
    if (file.isEmpty()) {
      var _ = new AuditMetrics(registry);
      return Optional.empty();
    }
    boolean standard = file.get().toString().equals(STANDARD_OUTPUT);
    AuditTarget target = standard ? new StandardOutput() : new AuditFile(file.get());
    requireWritable(target, file.get());
    return Optional.of(new AuditLog(target, System::nanoTime, registry));
  }

  private static void requireWritable(AuditTarget target, Path file) {
    try {
      target.append(new byte[0]);
    } catch (IOException e) {
      throw new ConfigurationException(
          List.of(
              "SLUICE_GATEWAY_AUDIT_FILE: " + file + " cannot be written: does its folder exist?"));
    }
  }

  /** Writes a line soon, and waits for nothing. */
  void note(AuditLine line) {
    writer.offer(line);
  }

  /**
   * The same of what may have changed something: it is written when that is possible again. Waits
   * only while too many lines wait.
   */
  void noteLasting(AuditLine line) {
    var _ = writer.submit(line, PATIENCE_NANOS);
  }

  /** The same as {@link #note} of a call that was refused, unless there were many in its second. */
  void noteRefused(AuditLine line) {
    if (isWithin(line.time().getEpochSecond())) {
      writer.offer(line);
    } else {
      writer.leaveOut();
    }
  }

  private synchronized boolean isWithin(long now) {
    if (now != second) {
      second = now;
      refused = 0;
    }
    return ++refused <= MOST_REFUSED;
  }

  /**
   * Returns when a line is written.
   *
   * @throws Unavailable when it is not; it is written when that is possible again
   */
  void record(AuditLine line) {
    record(List.of(line));
  }

  /** The same of lines that belong together: if one is not written, the others still are. */
  void record(List<AuditLine> lines) {
    long end = clock.getAsLong() + PATIENCE_NANOS;
    CompletableFuture<?>[] written =
        lines.stream()
            .map(line -> writer.submit(line, end - clock.getAsLong()))
            .toArray(CompletableFuture<?>[]::new);
    await(CompletableFuture.allOf(written), end - clock.getAsLong());
  }

  private static void await(CompletableFuture<Void> written, long patience) {
    try {
      written.get(patience, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable();
    } catch (ExecutionException | TimeoutException e) {
      throw unavailable();
    }
  }

  private static Unavailable unavailable() {
    return new Unavailable(
        "AUDIT_LOG_UNAVAILABLE",
        "the gateway cannot write its audit log: changes are refused until it can");
  }

  /**
   * Returns where a change may be made. While the log is broken it is tried once a second.
   *
   * @throws Unavailable while the log cannot be written
   */
  void requireWritable(Instant time) {
    if (!writer.isBroken()) {
      return;
    }
    long now = clock.getAsLong();
    long due = nextProbe.get();
    boolean mine =
        (due == Long.MIN_VALUE || now - due >= 0)
            && nextProbe.compareAndSet(due, now + PROBE_NANOS);
    if (!mine) {
      throw unavailable();
    }
    await(writer.probe(resumed(time), PATIENCE_NANOS), PATIENCE_NANOS);
  }

  private static AuditLine resumed(Instant time) {
    return new AuditLine(time, "", "", "", Subject.NONE, "LOG_RESUMED", "", "", "");
  }

  @Override
  public void close() {
    writer.close();
  }
}
