package dev.sluice.rerank;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Whoever waits for an answer, up to a deadline, in the {@link Context} it was made in. */
record WaitingCaller(Context context, Deadline deadline) {

  static WaitingCaller until(Deadline deadline) {
    return new WaitingCaller(Context.current(), deadline);
  }

  /**
   * @throws Failure.DeadlineExceeded when the deadline has passed
   * @throws Failure.Cancelled when the caller has gone away
   */
  void check() {
    if (deadline.isExpired()) {
      throw late();
    }
    if (context.isCancelled()) {
      throw new Failure.Cancelled();
    }
  }

  /**
   * Waits for something that never fails.
   *
   * @throws Failure.DeadlineExceeded when the deadline passes first
   * @throws Failure.Cancelled when the caller goes away first
   */
  @Nullable Passage await(CompletableFuture<@Nullable Passage> outcome) {
    CompletableFuture<@Nullable Passage> ours = outcome.copy();
    Context.CancellationListener listener = cancelled -> ours.cancel(false);
    context.addListener(listener, Runnable::run);
    try {
      return ours.get(deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw late();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.CancellationException e) {
      throw deadline.isExpired() ? late() : new Failure.Cancelled();
    } finally {
      context.removeListener(listener);
    }
  }

  private static Failure.DeadlineExceeded late() {
    return new Failure.DeadlineExceeded("the deadline passed while documents were scored");
  }
}
