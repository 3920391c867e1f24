package dev.sluice.serving.caller;

import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The deadline of a call: the caller's gRPC deadline, or the default of its priority where it set
 * none.
 */
public record Deadlines(Duration interactive, Duration bulk) {

  /** The deadline of the current call. */
  public Deadline current(Priority priority) {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null ? byDefault(priority) : deadline;
  }

  private Deadline byDefault(Priority priority) {
    Duration duration = priority == Priority.BULK ? bulk : interactive;
    return Deadline.after(duration.toNanos(), TimeUnit.NANOSECONDS);
  }
}
