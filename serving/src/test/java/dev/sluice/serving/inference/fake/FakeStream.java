package dev.sluice.serving.inference.fake;

import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelStreamInferResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's side of one ModelStreamInfer call. Plays its script for the one request that it
 * takes, at the pace of the reader, and ends after the client said that it sends no more.
 */
public final class FakeStream implements StreamObserver<ModelInferRequest> {

  private final ServerCallStreamObserver<ModelStreamInferResponse> responses;
  private final StreamScript script;
  private final Runnable cancelled;
  private final AtomicLong written = new AtomicLong();
  private final CompletableFuture<Void> halfClosed = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean over;

  FakeStream(
      ServerCallStreamObserver<ModelStreamInferResponse> responses,
      StreamScript script,
      Runnable cancelled) {
    this.responses = responses;
    this.script = script;
    this.cancelled = cancelled;
    responses.setOnReadyHandler(this::wake);
    responses.setOnCancelHandler(this::cancel);
  }

  /** Bytes of answers sent so far. */
  public long written() {
    return written.get();
  }

  /** Sends an answer, as soon as the reader has room for it. */
  public void send(FakeAnswer answer) throws InterruptedException {
    send(ModelStreamInferResponse.newBuilder().setInferResponse(answer.response()).build());
  }

  /** Says in the stream that something went wrong. */
  public void error(String message) throws InterruptedException {
    send(ModelStreamInferResponse.newBuilder().setErrorMessage(message).build());
  }

  /** Ends the call with a status. */
  public void fail(Status status) {
    over = true;
    responses.onError(status.asRuntimeException());
  }

  /** Says nothing until the client cancels. */
  public void awaitCancelled() throws InterruptedException {
    await(false);
  }

  private void send(ModelStreamInferResponse response) throws InterruptedException {
    await(true);
    written.addAndGet(response.getSerializedSize());
    responses.onNext(response);
  }

  private void await(boolean orReady) throws InterruptedException {
    lock.lock();
    try {
      while (!responses.isCancelled() && !(orReady && responses.isReady())) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
    if (responses.isCancelled()) {
      throw new CancellationException();
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

  private void cancel() {
    if (!over) {
      cancelled.run();
    }
    halfClosed.complete(null);
    wake();
  }

  @Override
  public void onNext(ModelInferRequest request) {
    Thread.ofVirtual().start(() -> play(request));
  }

  private void play(ModelInferRequest request) {
    try {
      script.play(request, this);
      if (!over) {
        over = true;
        halfClosed.join();
        responses.onCompleted();
      }
    } catch (CancellationException | InterruptedException gone) {
      // the handler of cancellation counts it, before or after this
    }
  }

  @Override
  public void onError(Throwable thrown) {}

  @Override
  public void onCompleted() {
    halfClosed.complete(null);
  }
}
