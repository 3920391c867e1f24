package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Context;
import io.grpc.Context.CancellationListener;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks the embed-service again when it is busy or away for a moment, waiting twice as long each
 * time and never beyond the deadline of the current gRPC context.
 *
 * @param attempts in all, at least 1
 * @param firstPause before the second attempt
 * @param longestPause the most that is waited between two attempts
 */
record EmbedRetry(int attempts, Duration firstPause, Duration longestPause) {

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  static final EmbedRetry DEFAULT =
      new EmbedRetry(8, Duration.ofMillis(100), Duration.ofSeconds(5));

  <T> T call(Supplier<T> request) {
    Duration pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (Unavailable | Overloaded failure) {
        Duration wait = longer(pause, failure);
        if (attempt == attempts || wait.compareTo(timeLeft()) >= 0) {
          throw failure;
        }
        await(wait);
        pause = shorter(pause.multipliedBy(2), longestPause);
      }
    }
  }

  private Duration longer(Duration pause, Failure failure) {
    Duration asked = failure instanceof Overloaded busy ? busy.retryAfter() : Duration.ZERO;
    return asked.compareTo(pause) > 0 ? shorter(asked, longestPause) : pause;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration timeLeft() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? FOREVER
        : Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  private static void await(Duration wait) {
    Context context = Context.current();
    CountDownLatch cancelled = new CountDownLatch(1);
    CancellationListener listener = ignored -> cancelled.countDown();
    context.addListener(listener, Runnable::run);
    try {
      if (cancelled.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Cancelled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } finally {
      context.removeListener(listener);
    }
  }
}
