package dev.sluice.gateway.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that writes the log, all lines that wait at once. What cannot be written of
 * changes is kept and comes first when it can; of readings it is counted. Owns the target and its
 * thread, which {@link #close} ends when nothing waits any more and what is kept was tried once
 * more.
 */
final class AuditWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_KEPT = 10_000;
  private static final int MOST_AT_ONCE = 512;

  /**
   * @param line null to end
   * @param written null where nobody waits
   * @param lasting whether it is kept until it can be written
   */
  private record Entry(
      @Nullable AuditLine line, @Nullable CompletableFuture<Void> written, boolean lasting) {}

  private final AuditTarget target;
  private final AuditMetrics metrics;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Deque<byte[]> kept = new ArrayDeque<>();
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
  private volatile boolean broken;

  AuditWriter(AuditTarget target, AuditMetrics metrics) {
    this.target = target;
    this.metrics = metrics;
    thread.start();
  }

  boolean isBroken() {
    return broken;
  }

  /** A line that nobody waits for. */
  void offer(AuditLine line) {
    if (!queue.offer(new Entry(line, null, false))) {
      lost(1);
    }
  }

  private void lost(long lines) {
    leftOut.addAndGet(lines);
    metrics.failed(lines);
  }

  /** A line that is not to be written; the next one tells how many were not. */
  void leaveOut() {
    leftOut.incrementAndGet();
    metrics.leftOut();
  }

  /**
   * A line that somebody waits for. Blocks while too many wait, and fails where that lasts.
   *
   * @param patience in nanoseconds
   */
  CompletableFuture<Void> submit(AuditLine line, long patience) {
    var written = new CompletableFuture<Void>();
    if (!put(new Entry(line, written, true), patience)) {
      lost(1);
      written.completeExceptionally(tooMany());
    }
    return written;
  }

  /**
   * Tries whether lines can be written again: this one is written now or never.
   *
   * @param patience in nanoseconds
   */
  CompletableFuture<Void> probe(AuditLine line, long patience) {
    var written = new CompletableFuture<Void>();
    if (!put(new Entry(line, written, false), patience)) {
      written.completeExceptionally(tooMany());
    }
    return written;
  }

  private static IOException tooMany() {
    return new IOException("too many lines wait");
  }

  private boolean put(Entry entry, long patience) {
    try {
      return queue.offer(entry, patience, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return queue.offer(entry);
    }
  }

  private void run() {
    List<Entry> batch = new ArrayList<>();
    boolean going = true;
    while (going) {
      batch.clear();
      batch.add(take());
      var _ = queue.drainTo(batch, MOST_AT_ONCE);
      going = batch.removeIf(each -> each.line() == null) == false;
      if (!batch.isEmpty()) {
        write(batch);
      }
    }
    if (!kept.isEmpty()) {
      writeKept();
    }
  }

  /** The last chance of lines that could not be written before. */
  private void writeKept() {
    try {
      target.append(together(List.of()));
      metrics.written(kept.size());
    } catch (IOException | RuntimeException e) { // the outermost frame of a thread
      metrics.failed(kept.size());
      LOG.error(
          "the audit log ends without {} lines of changes that could not be written: {}",
          kept.size(),
          e.getMessage());
    }
  }

  private Entry take() {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        // nobody interrupts this thread; if so, it goes on
      }
    }
  }

  private void write(List<Entry> batch) {
    long missing = leftOut.getAndSet(0);
    List<byte[]> lines = new ArrayList<>(batch.size());
    for (Entry each : batch) {
      if (each.line() != null) {
        lines.add(each.line().bytes(lines.isEmpty() ? missing : 0));
      }
    }
    try {
      target.append(together(lines));
      metrics.written(kept.size() + lines.size());
      kept.clear();
      said(false, "");
      batch.forEach(AuditWriter::done);
    } catch (IOException | RuntimeException e) { // the outermost frame of a thread
      leftOut.addAndGet(missing);
      said(true, String.valueOf(e.getMessage()));
      for (int i = 0; i < batch.size(); i++) {
        failed(batch.get(i), lines.get(i), e);
      }
    }
  }

  private byte[] together(List<byte[]> lines) {
    var all = new ByteArrayOutputStream();
    kept.forEach(all::writeBytes);
    lines.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static void done(Entry entry) {
    if (entry.written() != null) {
      entry.written().complete(null);
    }
  }

  private void failed(Entry entry, byte[] line, Exception cause) {
    if (entry.written() == null) {
      lost(1);
      return;
    }
    if (entry.lasting() && kept.size() < MOST_KEPT) {
      kept.add(line);
    } else if (entry.lasting()) {
      lost(1);
    }
    entry.written().completeExceptionally(cause);
  }

  /** Says once that the log broke, and once that it works again. */
  private void said(boolean breaks, String why) {
    if (breaks && !broken) {
      LOG.error("the audit log cannot be written, changes are refused: {}", why);
    } else if (!breaks && broken) {
      LOG.warn("the audit log can be written again");
    }
    broken = breaks;
  }

  @Override
  public void close() {
    try {
      queue.put(new Entry(null, null, false));
      thread.join();
      target.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("the audit log did not close: {}", e.getMessage());
    }
  }
}
