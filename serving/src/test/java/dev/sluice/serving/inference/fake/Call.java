package dev.sluice.serving.inference.fake;

import io.grpc.Status;
import java.util.function.Consumer;

/** A request at the accelerator: a tensor of {@code rows} × {@code columns} tokens. */
public final class Call {

  private final int rows;
  private final int columns;
  private final long tokens;
  private final long timeoutNanos;
  private final Consumer<Status> end;
  private long queuedAt;
  private volatile boolean cancelled;

  /**
   * @param columns tokens of a row, padding included
   * @param tokens real tokens of all rows
   * @param timeoutNanos the longest that it may wait, or 0 for what the server says
   * @param end told once how it ended: OK, or why it did not run
   */
  public Call(int rows, int columns, long tokens, long timeoutNanos, Consumer<Status> end) {
    this.rows = rows;
    this.columns = columns;
    this.tokens = tokens;
    this.timeoutNanos = timeoutNanos;
    this.end = end;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  long tokens() {
    return tokens;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  void end(Status status) {
    end.accept(status);
  }

  long queuedAt() {
    return queuedAt;
  }

  void queued(long now) {
    queuedAt = now;
  }

  /** Nobody waits for it any more: it need not run. */
  public void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }
}
