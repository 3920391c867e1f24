package dev.sluice.gateway.upstream;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sluice.gateway.balance.Attempt;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One call that {@link Hedging} may send to a second replica. */
final class HedgedCall<Q, R> {

  /** How often a call that waits looks whether it should be sent again. */
  private static final long LOOK_NANOS = 20_000_000L;

  private final Hedging hedging;
  private final Channel channel;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final Q request;
  private final long startedAt = System.nanoTime();
  private final List<ListenableFuture<R>> started = new ArrayList<>(2);
  private final BlockingQueue<ListenableFuture<R>> ended = new LinkedBlockingQueue<>();

  HedgedCall(
      Hedging hedging,
      Channel channel,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      Q request) {
    this.hedging = hedging;
    this.channel = channel;
    this.method = method;
    this.options = options;
    this.request = request;
  }

  R run() {
    try {
      return firstSuccess();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    } finally {
      started.forEach(other -> other.cancel(true));
    }
  }

  private R firstSuccess() throws InterruptedException {
    Attempt first = Attempt.first();
    start(first);
    ListenableFuture<R> answer = repeatedIfLate(first);
    for (int failed = 1; answer.state() != Future.State.SUCCESS; failed++) {
      if (failed == started.size()) {
        throw failure(answer.exceptionNow());
      }
      answer = ended.take();
    }
    long now = System.nanoTime();
    hedging.observe(now - startedAt, now);
    return answer.resultNow();
  }

  private void start(Attempt attempt) {
    ListenableFuture<R> answer =
        ClientCalls.futureUnaryCall(channel.newCall(method, attempt.in(options)), request);
    started.add(answer);
    answer.addListener(() -> ended.add(answer), MoreExecutors.directExecutor());
  }

  /** The first attempt that ends, of two if it comes to that. */
  private ListenableFuture<R> repeatedIfLate(Attempt first) throws InterruptedException {
    OptionalLong late = hedging.begin(startedAt);
    ListenableFuture<R> answer = ended.poll(untilLook(late), TimeUnit.NANOSECONDS);
    while (answer == null) {
      if (hedging.repeats(first, untilLate(late) <= 0)) {
        start(first.elsewhere());
        return ended.take();
      }
      answer = ended.poll(untilLook(late), TimeUnit.NANOSECONDS);
    }
    return answer;
  }

  /** Nanoseconds; for ever while it is not known what is late. */
  private long untilLate(OptionalLong late) {
    return late.isPresent() ? late.getAsLong() - (System.nanoTime() - startedAt) : Long.MAX_VALUE;
  }

  /** Its replica may be found to hang before the call is late. */
  private long untilLook(OptionalLong late) {
    long left = untilLate(late);
    return left > 0 ? Math.min(left, LOOK_NANOS) : LOOK_NANOS;
  }

  private static RuntimeException failure(Throwable thrown) {
    return thrown instanceof StatusRuntimeException status
        ? status
        : Status.fromThrowable(thrown).asRuntimeException();
  }
}
