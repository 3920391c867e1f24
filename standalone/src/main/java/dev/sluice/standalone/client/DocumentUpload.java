package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Stores documents through as many upsert streams as it takes: when the gateway goes away, it opens
 * another one and sends again what was not acknowledged. What had been stored all the same is then
 * unchanged, which costs nothing. One thread sends. {@link #close} cancels what {@link #finish} did
 * not end.
 */
public final class DocumentUpload implements AutoCloseable {

  private final Gateway gateway;
  private final String collection;
  private final Acknowledgements acknowledgements;
  private final Reconnection reconnection;
  private final Consumer<String> notices;
  private final AtomicBoolean progressed = new AtomicBoolean();
  private UpsertStream stream;
  private int attempts;

  /**
   * Opens the first stream.
   *
   * @param notices hears, in a line for the user, of every connection that is made anew
   */
  public DocumentUpload(
      Gateway gateway,
      String collection,
      Acknowledgements acknowledgements,
      Reconnection reconnection,
      Consumer<String> notices) {
    this.gateway = gateway;
    this.collection = collection;
    this.acknowledgements = acknowledgements;
    this.reconnection = reconnection;
    this.notices = notices;
    this.stream = open();
  }

  private UpsertStream open() {
    return UpsertStream.open(gateway.documents(), collection, this::acknowledged);
  }

  private void acknowledged(UpsertDocumentsResponse response, long bytes) {
    progressed.set(true);
    acknowledgements.acknowledged(response, bytes);
  }

  /**
   * Sends a document as soon as there is room.
   *
   * @param bytes its share of the work, told back with its acknowledgement
   * @throws StatusRuntimeException when the streams fail for good
   */
  public void send(Document document, long bytes) throws InterruptedException {
    Deque<Sent> waiting = new ArrayDeque<>();
    waiting.add(new Sent(document, bytes));
    deliver(waiting);
  }

  private void deliver(Deque<Sent> waiting) throws InterruptedException {
    while (!waiting.isEmpty()) {
      try {
        stream.send(waiting.getFirst());
        waiting.removeFirst();
      } catch (StatusRuntimeException failure) {
        reconnect(failure).descendingIterator().forEachRemaining(waiting::addFirst);
      }
    }
  }

  /** Opens another stream after a pause, and returns what has to be sent again. */
  private Deque<Sent> reconnect(StatusRuntimeException failure) throws InterruptedException {
    Deque<Sent> lost = stream.unacknowledged();
    if (progressed.getAndSet(false)) {
      attempts = 0;
    }
    if (failure.getStatus().getCode() != Status.Code.UNAVAILABLE
        || attempts == reconnection.attempts()) {
      throw failure;
    }
    attempts++;
    Duration pause = reconnection.pause(attempts);
    notices.accept(
        String.format(
            Locale.ROOT,
            "the connection to %s broke: trying again in %.1f s (%d of %d)",
            gateway.address(),
            pause.toMillis() / 1e3,
            attempts,
            reconnection.attempts()));
    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    stream = open();
    return lost;
  }

  /**
   * Ends the sending and waits until every document has its acknowledgement.
   *
   * @return how many have none, which is 0 unless the server broke its promise
   * @throws StatusRuntimeException when the streams fail for good
   */
  public int finish() throws InterruptedException {
    while (true) {
      try {
        return stream.finish(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (StatusRuntimeException failure) {
        deliver(reconnect(failure));
      }
    }
  }

  /**
   * Ends the sending and waits a while for the acknowledgements of what was sent.
   *
   * @throws StatusRuntimeException when the stream fails
   */
  public void stop(Duration patience) throws InterruptedException {
    var _ = stream.finish(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    stream.close();
  }
}
