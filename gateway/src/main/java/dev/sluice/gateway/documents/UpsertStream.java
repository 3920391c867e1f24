package dev.sluice.gateway.documents;

import dev.sluice.gateway.audit.CallTrail;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.Unavailable;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.serving.logs.RequestText;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of UpsertDocuments. Every document is worked on by a virtual thread of its own, under
 * the call's context, which stops the work when the call ends. The next message is asked for only
 * while few documents and bytes are in flight and the caller takes its acknowledgements.
 */
final class UpsertStream implements StreamObserver<UpsertDocumentsRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(UpsertStream.class);

  private final ServerCallStreamObserver<UpsertDocumentsResponse> responses;
  private final CollectionAccess access;
  private final Ingest ingest;
  private final UpsertLimits limits;
  private final Runnable over;
  private final Context context = Context.current();

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<UpsertSlot> unacknowledged = new ArrayDeque<>();
  private final Map<String, UpsertSlot> latest = new HashMap<>();
  private @Nullable CollectionKey collection;
  private @Nullable WritePosition last;
  private long received;
  private long bytes;
  private boolean requested;
  private boolean halfClosed;
  private boolean draining;
  private boolean ended;

  UpsertStream(
      ServerCallStreamObserver<UpsertDocumentsResponse> responses,
      CollectionAccess access,
      Ingest ingest,
      UpsertLimits limits,
      Runnable over) {
    this.responses = responses;
    this.over = over;
    this.access = access;
    this.ingest = ingest;
    this.limits = limits;
  }

  /** Finds the collection that a stream names first, and makes sure that it can be written to. */
  interface CollectionAccess {
    CollectionKey open(String collection);
  }

  void start() {
    responses.disableAutoRequest();
    responses.setOnReadyHandler(this::requestWhileThereIsRoom);
    responses.setOnCancelHandler(this::stop);
    responses.setOnCloseHandler(this::stop); // also by somebody before us, who refused a message
    requestWhileThereIsRoom();
  }

  private void requestWhileThereIsRoom() {
    lock.lock();
    try {
      boolean room =
          unacknowledged.size() < limits.documentsInFlight() && bytes < limits.bytesInFlight();
      if (!room || requested || halfClosed || draining || ended || !responses.isReady()) {
        return;
      }
      requested = true;
    } finally {
      lock.unlock();
    }
    responses.request(1);
  }

  @Override
  public void onNext(UpsertDocumentsRequest request) {
    try {
      CollectionKey key = collection == null ? access.open(request.getCollection()) : collection;
      collection = key;
      CallTrail.requireWritable();
      accept(request, key);
    } catch (Failure failure) {
      end(failure);
    }
    requestWhileThereIsRoom();
  }

  private void accept(UpsertDocumentsRequest request, CollectionKey key) {
    Document document = request.getDocument();
    UpsertSlot slot;
    @Nullable UpsertSlot before;
    lock.lock();
    try {
      requested = false;
      if (ended) {
        return; // what was asked for before the end
      }
      slot = new UpsertSlot(received++, document.getId(), request.getSerializedSize());
      bytes += slot.bytes();
      unacknowledged.addLast(slot);
      before = latest.put(slot.documentId(), slot);
    } finally {
      lock.unlock();
    }
    Runnable work =
        () -> {
          var span = new DocumentSpan(slot.index());
          span.around(() -> work(slot, before, request, key, span));
          finish(slot);
        };
    Thread.ofVirtual().name("upsert").start(context.wrap(work));
  }

  private void work(
      UpsertSlot slot,
      @Nullable UpsertSlot before,
      UpsertDocumentsRequest request,
      CollectionKey key,
      DocumentSpan span) {
    try {
      if (before != null) {
        before.await();
      }
      acknowledge(slot, stored(request, key, span));
    } catch (DeadlineExceeded failure) { // the store may have the document all the same
      CallTrail.failed(slot.documentId(), failure);
      slot.endStream(failure);
    } catch (NotFound | Precondition | Cancelled failure) {
      slot.endStream(failure);
    } catch (Failure failure) {
      refuse(slot, failure);
    } catch (RuntimeException | Error e) {
      LOG.error("a document could not be taken in", RequestText.of(e));
      refuse(slot, new Internal("the document could not be taken in", e));
    }
  }

  /**
   * Writes the document down at once, since its acknowledgement waits for others and may never be
   * sent. Where that cannot be done no more documents are taken, also while earlier ones last.
   */
  private void acknowledge(UpsertSlot slot, Positioned<UpsertDocumentsResponse> stored) {
    try {
      CallTrail.stored(slot.documentId(), stored.value());
      slot.acknowledge(stored);
    } catch (Failure unwritten) {
      slot.endStream(unwritten);
      end(unwritten);
    }
  }

  private static void refuse(UpsertSlot slot, Failure reason) {
    CallTrail.failed(slot.documentId(), reason);
    slot.refuse(reason);
  }

  private Positioned<UpsertDocumentsResponse> stored(
      UpsertDocumentsRequest request, CollectionKey key, DocumentSpan span) {
    try {
      Positioned<UpsertDocumentsResponse> stored = store(request, key);
      span.stored(stored.value());
      return stored;
    } catch (RuntimeException | Error e) {
      span.failed();
      throw e;
    }
  }

  private Positioned<UpsertDocumentsResponse> store(
      UpsertDocumentsRequest request, CollectionKey key) {
    String named = request.getCollection();
    if (!named.isEmpty() && !named.equals(key.collection())) {
      throw new InvalidInput("collection", "must not change within a stream");
    }
    if (!request.hasDocument()) {
      throw new InvalidInput("document", "must be set");
    }
    return ingest.store(key, request.getDocument(), ExpectedVersion.of(request));
  }

  private void finish(UpsertSlot slot) {
    lock.lock();
    try {
      bytes -= slot.bytes();
      latest.remove(slot.documentId(), slot);
      acknowledgeInOrder();
    } finally {
      lock.unlock();
    }
    requestWhileThereIsRoom();
  }

  private void acknowledgeInOrder() {
    while (!ended && !unacknowledged.isEmpty() && unacknowledged.getFirst().isDone()) {
      UpsertSlot first = unacknowledged.removeFirst();
      if (first.failure() == null) {
        responses.onNext(withToken(first));
      } else {
        end(first.failure());
      }
    }
    if (halfClosed && !ended && unacknowledged.isEmpty()) {
      ended = true;
      responses.onCompleted();
    }
    if (draining && !ended && unacknowledged.isEmpty()) {
      end(new Unavailable("DRAINING", "the gateway is stopping: send the rest again"));
    }
  }

  /** The token of an acknowledgement stands for all documents of the stream until then. */
  private UpsertDocumentsResponse withToken(UpsertSlot slot) {
    WritePosition position = slot.position();
    if (position == null) {
      return slot.response();
    }
    last = WritePosition.later(last, position);
    return slot.response().toBuilder().setConsistencyToken(last.token()).build();
  }

  /** Reads no further, and ends the stream when what was read is acknowledged. */
  void drain() {
    lock.lock();
    try {
      draining = true;
      acknowledgeInOrder();
    } finally {
      lock.unlock();
    }
  }

  private void end(Failure failure) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        responses.onError(FailureStatus.exception(failure));
      }
    } finally {
      lock.unlock();
    }
  }

  private void stop() {
    over.run();
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    stop();
  }

  @Override
  public void onCompleted() {
    lock.lock();
    try {
      halfClosed = true;
      acknowledgeInOrder();
    } finally {
      lock.unlock();
    }
  }
}
