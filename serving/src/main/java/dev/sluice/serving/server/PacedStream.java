package dev.sluice.serving.server;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A stream of responses written by straight-line code at the pace of its reader: {@link #accept}
 * blocks while the caller does not read, so that a slow reader slows its own stream alone and no
 * response is buffered for it.
 */
public final class PacedStream<R> implements Consumer<R> {

  private final ServerCallStreamObserver<R> responses;
  private final Deadline deadline;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private PacedStream(ServerCallStreamObserver<R> responses, Deadline deadline) {
    this.responses = responses;
    this.deadline = deadline;
  }

  /**
   * Runs {@code work} on a virtual thread in the call's context, completes the call after it and
   * fails the call with what it throws. To be called from the endpoint's method, as its last act.
   */
  public static <R> void run(
      StreamObserver<R> responses, Deadline deadline, Consumer<Consumer<R>> work) {
    var stream = new PacedStream<>((ServerCallStreamObserver<R>) responses, deadline);
    stream.responses.setOnReadyHandler(stream::wake);
    stream.responses.setOnCancelHandler(stream::wake);
    Thread.ofVirtual().start(Context.current().wrap(() -> stream.write(work)));
  }

  private void write(Consumer<Consumer<R>> work) {
    try {
      work.accept(this);
      responses.onCompleted();
    } catch (RuntimeException e) { // the outermost frame of this thread
      responses.onError(e);
    } catch (Error e) { // else the caller would wait for its deadline
      responses.onError(new Failure.Internal("the stream broke", e));
    }
  }

  /**
   * Sends a response.
   *
   * @throws Failure.Cancelled when the caller went away
   * @throws Failure.DeadlineExceeded when the caller does not read in time
   */
  @Override
  public void accept(R response) {
    awaitReader();
    responses.onNext(response);
  }

  private void awaitReader() {
    lock.lock();
    try {
      while (!responses.isReady() && !responses.isCancelled()) {
        long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        if (left <= 0) {
          throw new Failure.DeadlineExceeded("the caller did not read the stream in time");
        }
        changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    } finally {
      lock.unlock();
    }
    if (responses.isCancelled()) {
      throw new Failure.Cancelled();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
