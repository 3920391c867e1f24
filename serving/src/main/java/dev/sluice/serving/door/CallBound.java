package dev.sluice.serving.door;

import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lets in a fixed number of calls at once, so that a flood takes a bounded amount of memory. */
public final class CallBound implements Door {

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final int most;
  private final AtomicInteger inside = new AtomicInteger();

  public CallBound(int most) {
    this.most = most;
  }

  @Override
  public Entry enter(MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline) {
    if (inside.incrementAndGet() > most) {
      inside.decrementAndGet();
      throw new Failure.Overloaded(
          "CALL_BOUND", "the server has " + most + " calls already", RETRY);
    }
    return new Entry() {
      @Override
      public void left(Status status) {
        inside.decrementAndGet();
      }
    };
  }

  /** Calls that are in. */
  public int inside() {
    return inside.get();
  }
}
