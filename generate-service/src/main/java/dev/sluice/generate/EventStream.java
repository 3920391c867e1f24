package dev.sluice.generate;

import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.Quote;
import dev.sluice.generate.v1.TextDelta;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of one call on their way out. Whoever writes waits until the transport takes more, so
 * a slow reader slows its own call and fills no memory. One thread writes; gRPC's threads wake it.
 */
final class EventStream implements EventSink {

  private final ServerCallStreamObserver<GenerateEvent> observer;
  private final Deadline deadline;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private EventStream(ServerCallStreamObserver<GenerateEvent> observer, Deadline deadline) {
    this.observer = observer;
    this.deadline = deadline;
  }

  /** To be called before the endpoint's method returns. */
  static EventStream over(ServerCallStreamObserver<GenerateEvent> observer, Deadline deadline) {
    var stream = new EventStream(observer, deadline);
    observer.setOnReadyHandler(stream::wake);
    observer.setOnCancelHandler(stream::wake);
    return stream;
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void text(String delta) {
    send(event().setTextDelta(TextDelta.newBuilder().setText(delta)));
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    send(
        event()
            .setQuote(
                Quote.newBuilder()
                    .setDocumentIndex(documentIndex)
                    .setText(words)
                    .setAnswerStart(answerStart)
                    .setAnswerEnd(answerEnd)));
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    send(
        event().setToolCall(ToolCall.newBuilder().setId(id).setName(name).setArguments(arguments)));
  }

  /** The last event, and the end of the call. */
  void complete(GenerateCompleted completed) {
    send(event().setCompleted(completed));
    observer.onCompleted();
  }

  /** Ends the call with the status that the failure stands for. */
  void fail(Failure failure) {
    observer.onError(failure);
  }

  private static GenerateEvent.Builder event() {
    return GenerateEvent.newBuilder();
  }

  private void send(GenerateEvent.Builder event) {
    awaitReader();
    observer.onNext(event.build());
  }

  private void awaitReader() {
    lock.lock();
    try {
      while (!observer.isReady()) {
        requireCaller();
        long remaining = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        if (remaining <= 0 || changed.awaitNanos(remaining) <= 0) {
          requireCaller();
          throw new Failure.DeadlineExceeded("the deadline passed while the text was being read");
        }
      }
      requireCaller();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    } finally {
      lock.unlock();
    }
  }

  private void requireCaller() {
    if (observer.isCancelled()) {
      throw new Failure.Cancelled();
    }
  }
}
