package dev.sluice.generate.admission;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.generate.admission.StreamAdmission.Moves;
import dev.sluice.generate.admission.StreamAdmission.Verdict;
import dev.sluice.generate.admission.TokenStream.Phase;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where streams wait for a model server: gives {@link StreamAdmission} a lock, a clock and threads
 * that block. Has no thread of its own; whoever changes something wakes those who may start. {@link
 * #close} refuses new streams and returns when all others have ended.
 */
public final class StreamGate implements AutoCloseable {

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(10);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final String name;
  private final StreamAdmission admission;
  private final GateMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private final Map<TokenStream, Permit> waiting = new HashMap<>();
  private boolean closed;

  /** The name, as "generate", stands in messages. */
  public StreamGate(String name, StreamLimits limits, GateMetrics metrics) {
    this.name = name;
    this.admission =
        new StreamAdmission(limits.maxWaitingTokens(), new AdaptiveLimit(limits.maxStreams()));
    this.metrics = metrics;
    metrics.is(state());
  }

  /**
   * Waits until the stream may start. Returns early, leaving the queue, when the current {@link
   * Context} is cancelled.
   *
   * @throws Failure.Overloaded when it would not end in time, or too much waits
   * @throws Failure.DeadlineExceeded when it waited until it could not end in time any more
   * @throws Failure.Cancelled when the caller goes away first
   * @throws Failure.Unavailable when the server stops
   */
  public Permit acquire(Ticket ticket, Deadline deadline) {
    Permit permit = enqueue(ticket, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    Context context = Context.current();
    Context.CancellationListener listener = cancelled -> abandon(permit);
    context.addListener(listener, Runnable::run);
    try {
      await(permit, deadline);
      return permit;
    } finally {
      context.removeListener(listener);
    }
  }

  private Permit enqueue(Ticket ticket, long remaining) {
    lock.lock();
    try {
      if (closed) {
        throw new Failure.Unavailable("DRAINING", name + " is stopping");
      }
      if (remaining <= 0) {
        metrics.expired();
        throw late();
      }
      long now = System.nanoTime();
      Verdict verdict = admission.offer(ticket, now + remaining, now);
      switch (verdict) {
        case Verdict.Queued(TokenStream stream) -> {
          Permit permit = new Permit(this, stream, lock.newCondition());
          waiting.put(stream, permit);
          move();
          return permit;
        }
        case Verdict.Refused(Refusal reason, long retryAfter) -> {
          metrics.refused(reason);
          throw new Failure.Overloaded(
              reason.name(), name + ": " + reason.text(), bounded(retryAfter));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static Duration bounded(long nanos) {
    return Duration.ofNanos(Math.clamp(nanos, SHORTEST_RETRY.toNanos(), LONGEST_RETRY.toNanos()));
  }

  private void await(Permit permit, Deadline deadline) {
    lock.lock();
    try {
      while (permit.stream().phase() == Phase.WAITING) {
        long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        if (left <= 0) {
          leave(permit);
          metrics.expired();
          throw late();
        }
        if (permit.isAbandoned()) {
          leave(permit);
          throw new Failure.Cancelled();
        }
        permit.changed().awaitNanos(left);
      }
      if (permit.stream().phase() == Phase.ENDED) {
        throw late();
      }
    } catch (InterruptedException e) {
      leave(permit);
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    } finally {
      lock.unlock();
    }
  }

  private Failure.DeadlineExceeded late() {
    return new Failure.DeadlineExceeded("the deadline passed in the queue of " + name);
  }

  private void abandon(Permit permit) {
    lock.lock();
    try {
      permit.abandon();
    } finally {
      lock.unlock();
    }
  }

  private void leave(Permit permit) {
    waiting.remove(permit.stream());
    end(permit, Outcome.CANCELLED);
  }

  void wrote(Permit permit, int tokens) {
    lock.lock();
    try {
      if (permit.stream().phase() != Phase.ENDED) {
        admission.wrote(permit.stream(), tokens, System.nanoTime());
        move();
      }
    } finally {
      lock.unlock();
    }
  }

  void complete(Permit permit, long tokensIn, long tokensOut) {
    if (end(permit, Outcome.COMPLETED)) {
      metrics.tokens(tokensIn, tokensOut);
    }
  }

  /** Whether it was this call that ended it. */
  @CanIgnoreReturnValue
  boolean end(Permit permit, Outcome outcome) {
    lock.lock();
    try {
      Phase phase = permit.stream().phase();
      if (phase == Phase.ENDED) {
        return false;
      }
      if (phase != Phase.WAITING) {
        metrics.ended(outcome);
      }
      admission.ended(permit.stream(), outcome, System.nanoTime());
      move();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes whoever starts or expires now. */
  private void move() {
    Moves moves = admission.next(System.nanoTime());
    for (TokenStream stream : moves.started()) {
      metrics.started(stream.started() - stream.arrival());
      wake(stream);
    }
    for (TokenStream stream : moves.expired()) {
      metrics.expired();
      wake(stream);
    }
    metrics.is(state());
    if (admission.isIdle()) {
      idle.signalAll();
    }
  }

  private void wake(TokenStream stream) {
    Permit permit = waiting.remove(stream);
    if (permit != null) {
      permit.changed().signal();
    }
  }

  /** Streams that run and wait, over the most that may run at once. */
  public double utilisation() {
    lock.lock();
    try {
      return (double) (admission.running() + admission.waiting()) / Math.max(admission.limit(), 1);
    } finally {
      lock.unlock();
    }
  }

  private GateMetrics.State state() {
    TokenStream oldest = admission.oldest();
    return new GateMetrics.State(
        admission.waiting(),
        admission.waitingTokens(),
        admission.running(),
        admission.limit(),
        oldest == null ? null : oldest.arrival());
  }

  /** Refuses new streams and waits for the others to end. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      while (!admission.isIdle()) {
        idle.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
