package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceStub;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One upsert stream under manual flow control: {@link #send} blocks while the transport is full or
 * too much waits for its acknowledgement, so memory stays bounded however large the corpus is. One
 * thread sends. {@link #close} cancels what {@link #finish} did not end.
 */
final class UpsertStream implements AutoCloseable {

  static final int MOST_IN_FLIGHT = 512;
  static final long MOST_BYTES_IN_FLIGHT = 64L << 20;

  private final String collection;
  private final Acknowledgements acknowledgements;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private final Responses responses = new Responses();
  private long bytesInFlight;
  private boolean begun;
  private boolean halfClosed;
  private boolean ended;
  private @Nullable StatusRuntimeException failure;

  private UpsertStream(String collection, Acknowledgements acknowledgements) {
    this.collection = collection;
    this.acknowledgements = acknowledgements;
  }

  /** Opens a stream into a collection. */
  static UpsertStream open(
      DocumentServiceStub documents, String collection, Acknowledgements acknowledgements) {
    UpsertStream stream = new UpsertStream(collection, acknowledgements);
    documents.upsertDocuments(stream.responses);
    return stream;
  }

  /**
   * Sends a document as soon as there is room.
   *
   * @throws StatusRuntimeException when the stream has failed; the document was not sent then
   */
  void send(Sent sent) throws InterruptedException {
    UpsertDocumentsRequest.Builder request =
        UpsertDocumentsRequest.newBuilder().setDocument(sent.document());
    lock.lockInterruptibly();
    try {
      while (!ended && !hasRoom()) {
        changed.await();
      }
      stopWhenEnded();
      if (!begun) {
        request.setCollection(collection);
        begun = true;
      }
      inFlight.add(sent);
      bytesInFlight += sent.bytes();
    } finally {
      lock.unlock();
    }
    responses.requests().onNext(request.build());
  }

  private boolean hasRoom() {
    boolean within = inFlight.size() < MOST_IN_FLIGHT && bytesInFlight < MOST_BYTES_IN_FLIGHT;
    return responses.requests().isReady() && (within || inFlight.isEmpty());
  }

  private void stopWhenEnded() {
    if (failure != null) {
      throw failure;
    }
    if (ended) {
      throw Status.INTERNAL.withDescription("the stream ended early").asRuntimeException();
    }
  }

  /**
   * Ends the sending and waits until every document has its acknowledgement.
   *
   * @return how many have none, which is 0 unless the time ran out or the server broke its promise
   * @throws StatusRuntimeException when the stream fails
   */
  int finish(long patience, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(patience);
    lock.lockInterruptibly();
    try {
      if (!ended && !halfClosed) {
        halfClosed = true;
        responses.requests().onCompleted();
      }
      while (!ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (failure != null) {
        throw failure;
      }
      return inFlight.size();
    } finally {
      lock.unlock();
    }
  }

  /** What was sent and has no acknowledgement, in the order of sending. */
  Deque<Sent> unacknowledged() {
    lock.lock();
    try {
      return new ArrayDeque<>(inFlight);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
    } finally {
      lock.unlock();
    }
    responses.requests().cancel("the command ended", null);
  }

  private void end(@Nullable StatusRuntimeException why) {
    lock.lock();
    try {
      ended = true;
      failure = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The receiving side; gRPC calls it on one thread at a time. */
  private final class Responses
      implements ClientResponseObserver<UpsertDocumentsRequest, UpsertDocumentsResponse> {

    private @Nullable ClientCallStreamObserver<UpsertDocumentsRequest> requests;

    private ClientCallStreamObserver<UpsertDocumentsRequest> requests() {
      if (requests == null) {
        throw new IllegalStateException("the stream was not opened");
      }
      return requests;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<UpsertDocumentsRequest> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(1);
      stream.setOnReadyHandler(this::wake);
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
    public void onNext(UpsertDocumentsResponse response) {
      acknowledgements.acknowledged(response, settle());
      requests().request(1);
    }

    private long settle() {
      lock.lock();
      try {
        Sent sent = inFlight.poll();
        long settled = sent == null ? 0 : sent.bytes();
        bytesInFlight -= settled;
        changed.signalAll();
        return settled;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable error) {
      end(Status.fromThrowable(error).asRuntimeException(trailers(error)));
    }

    private static io.grpc.@Nullable Metadata trailers(Throwable error) {
      return Status.trailersFromThrowable(error);
    }

    @Override
    public void onCompleted() {
      end(null);
    }
  }
}
